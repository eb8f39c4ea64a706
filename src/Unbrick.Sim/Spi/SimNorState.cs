using System.Globalization;
using System.Text;
using Unbrick.Core.Problems;

namespace Unbrick.Sim.Spi;

/// <summary>
/// What a simulated chip keeps beside its array, as text: <c>sr1=1c</c>, <c>unique-id=d1d8…</c>, <c>security1=ff…</c>, one a line.
/// </summary>
internal static class SimNorState
{
    /// <summary>The text of a chip.</summary>
    public static string Write(SimNor chip)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"unique-id={Convert.ToHexStringLower(chip.UniqueId)}\n");
        for (int i = 1; i <= 3; i++)
            text.Append(CultureInfo.InvariantCulture, $"sr{i}={chip.KeptStatus(i):x2}\n");
        for (int i = 1; i <= (chip.Model.Security?.Count ?? 0); i++)
            text.Append(CultureInfo.InvariantCulture, $"security{i}={Convert.ToHexStringLower(chip.SecurityRegister(i))}\n");
        return text.ToString();
    }

    /// <summary>Gives a chip what a text says; what it does not say stays.</summary>
    /// <exception cref="UnbrickException">A line that means nothing to this chip.</exception>
    public static void Read(SimNor chip, string text)
    {
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? line : line[..equals], hex = equals < 0 ? "" : line[(equals + 1)..];
            int room = Room(chip, key);
            if (room == 0 || hex.Length != 2 * room || !hex.All(char.IsAsciiHexDigit))
                throw SimText.Bad("state", line, $"lines as a {chip.Model.Name} writes them");
            byte[] value = Convert.FromHexString(hex);
            if (key == "unique-id")
                chip.SetUniqueId(value);
            else if (key[0] == 's' && key[1] == 'r')
                chip.SetStatus(key[2] - '0', value[0]);
            else
                value.CopyTo(chip.SecurityRegister(key[^1] - '0'));
        }
    }

    /// <summary>How many bytes a key has; 0 when it is none.</summary>
    private static int Room(SimNor chip, string key) => key switch
    {
        "unique-id" => 8,
        "sr1" or "sr2" or "sr3" => 1,
        _ when key.Length == 9 && key.StartsWith("security", StringComparison.Ordinal) && key[8] >= '1' && key[8] - '0' <= (chip.Model.Security?.Count ?? 0) =>
            chip.Model.Security!.Size,
        _ => 0,
    };
}
