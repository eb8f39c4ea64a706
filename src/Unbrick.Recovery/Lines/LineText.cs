using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Lines;

/// <summary>
/// How likely bytes are in what boot loaders print (<c>data/lines/text-model.json</c>, learned from boot logs), against bytes by chance. A byte's
/// kind depends on the kind before it, the byte on its kind (lab/serial: 16 to 32 bytes tell text from what a wrong rate makes of it).
/// </summary>
public static class LineText
{
    private const int Kinds = 7, LineEnd = 4;

    /// <summary>Bytes that come by chance even at the right rate: noise must cost, but not decide.</summary>
    private const double Chance = 0.03;

    private static readonly Lazy<(float[] Score, byte[] Sample)> s_model = new(Load);

    /// <summary>Text that stands for all.</summary>
    internal static ReadOnlySpan<byte> Sample => s_model.Value.Sample;

    /// <summary>The kind that a line begins after.</summary>
    internal static int Start => LineEnd;

    /// <summary>The kind of bytes that text hardly ever has.</summary>
    internal const int Strange = 6;

    /// <summary>What kind of byte it is.</summary>
    internal static int Kind(byte value) => value switch
    {
        >= (byte)'a' and <= (byte)'z' or >= (byte)'A' and <= (byte)'Z' => 0,
        >= (byte)'0' and <= (byte)'9' => 1,
        (byte)' ' => 2,
        > (byte)' ' and < 0x7F => 3,
        (byte)'\r' or (byte)'\n' => LineEnd,
        (byte)'\t' => 5,
        _ => Strange,
    };

    /// <summary>Natural logarithm of how much likelier a byte is in text than by chance.</summary>
    /// <param name="before">Kind of the byte before.</param>
    /// <param name="value">The byte.</param>
    internal static float Score(int before, byte value) => s_model.Value.Score[(before * 256) + value];

    /// <summary>The mean of that over some bytes: about 2 for text, below 0 for what is none.</summary>
    public static double Score(ReadOnlySpan<byte> bytes)
    {
        double sum = 0;
        int before = Start;
        foreach (byte value in bytes)
        {
            sum += Score(before, value);
            before = Kind(value);
        }
        return bytes.IsEmpty ? 0 : sum / bytes.Length;
    }

    private static (float[], byte[]) Load()
    {
        LineTextFile file = JsonSerializer.Deserialize(EmbeddedData.Read("data/lines/text-model.json")!, LineTextJsonContext.Default.LineTextFile)!;
        double[] ofKind = new double[Kinds];
        for (int value = 0; value < 256; value++)
            ofKind[Kind((byte)value)] += file.Bytes[value] + 0.05;
        float[] score = new float[Kinds * 256];
        for (int before = 0; before < Kinds; before++)
        {
            double row = file.Follow[before].Sum() + Kinds;
            for (int value = 0; value < 256; value++)
            {
                int kind = Kind((byte)value);
                double text = (file.Follow[before][kind] + 1) / row * (file.Bytes[value] + 0.05) / ofKind[kind];
                score[(before * 256) + value] = (float)Math.Log((((1 - Chance) * text) + (Chance / 256)) * 256);
            }
        }
        return (score, System.Text.Encoding.Latin1.GetBytes(file.Sample));
    }
}

/// <summary>The file as it is.</summary>
internal sealed record LineTextFile(string From, ImmutableArray<int> Bytes, ImmutableArray<ImmutableArray<int>> Follow, string Sample);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(LineTextFile))]
internal sealed partial class LineTextJsonContext : JsonSerializerContext;
