using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Spi;

/// <summary>Where a write that is under way stands: a line for each step that began and that was verified, each on the disk before the chip is touched.</summary>
/// <remarks>
/// Beside it lie the bytes that are to be written and those that were there, so that a run which was unplugged, killed or lost its power goes on with
/// nothing but this folder.
/// </remarks>
public sealed class FlashJournal : IDisposable
{
    private const string Lines = "write.jsonl", Target = "target.bin", Before = "before.bin";

    /// <summary>A plan of the largest chip in the smallest steps is below this.</summary>
    private const long MostBytes = 32L << 20;

    private readonly FileStream _lines;

    private FlashJournal(FileStream lines) => _lines = lines;

    /// <summary>Begins one; what stood in that folder goes.</summary>
    /// <param name="folder">Of this chip.</param>
    /// <param name="plan">The plan.</param>
    public static FlashJournal Begin(string folder, FlashPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Directory.CreateDirectory(folder);
        Drop(folder);
        File.WriteAllBytes(Path.Combine(folder, Before), plan.Backup.Bytes.Span);
        File.WriteAllBytes(Path.Combine(folder, Target), plan.Target.Span);
        FlashJournal journal = new(new FileStream(Path.Combine(folder, Lines), FileMode.CreateNew, FileAccess.Write, FileShare.Read));
        JournalHead head = new(plan.Backup.Chip, plan.Backup.Sha256, plan.TargetSha256, [.. plan.Steps.Select(s => new JournalStep(s.At, s.Length, s.Erase?.Opcode))]);
        journal.Add(JsonSerializer.Serialize(head, JournalJsonContext.Default.JournalHead));
        return journal;
    }

    /// <summary>Goes on with the one that <paramref name="open"/> was read from.</summary>
    public static FlashJournal Continue(OpenWrite open)
    {
        ArgumentNullException.ThrowIfNull(open);
        return new FlashJournal(new FileStream(Path.Combine(open.Folder, Lines), FileMode.Append, FileAccess.Write, FileShare.Read));
    }

    /// <summary>The step at that address is about to be changed.</summary>
    public void Began(int at) => Add(JsonSerializer.Serialize(new JournalLine("began", at), JournalJsonContext.Default.JournalLine));

    /// <summary>The step holds what it is to hold.</summary>
    public void Verified(int at) => Add(JsonSerializer.Serialize(new JournalLine("verified", at), JournalJsonContext.Default.JournalLine));

    /// <summary>Sectors of the step at that address do not take their bytes; the rest does hold them.</summary>
    public void Bad(int at) => Add(JsonSerializer.Serialize(new JournalLine("bad", at), JournalJsonContext.Default.JournalLine));

    /// <summary>The whole plan is carried out: nothing is left to go on with.</summary>
    public void Complete()
    {
        string folder = Path.GetDirectoryName(_lines.Name)!;
        _lines.Dispose();
        Drop(folder);
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    /// <summary>The write that was begun in that folder and not completed; null when there is none, or it cannot be trusted.</summary>
    public static OpenWrite? Read(string folder)
    {
        string path = Path.Combine(folder, Lines);
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > MostBytes)
                return null;
            string[] lines = File.ReadAllLines(path);
            if (lines.Length == 0 || JsonSerializer.Deserialize(lines[0], JournalJsonContext.Default.JournalHead) is not { Chip: not null } head)
                return null;
            byte[] before = File.ReadAllBytes(Path.Combine(folder, Before)), target = File.ReadAllBytes(Path.Combine(folder, Target));
            Dictionary<int, string> states = [];
            foreach (string line in lines.Skip(1))
            {
                if (Parse(line) is { What: not null } state)
                    states[state.At] = state.What;
            }
            OpenWrite open = new(folder, head, before, target, states);
            return open.IsWhole ? open : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The last line may be cut: the power went while it was written.</summary>
    private static JournalLine? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, JournalJsonContext.Default.JournalLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Drop(string folder)
    {
        // The lines first: without them nothing here is taken for a write that is under way.
        foreach (string name in (string[])[Lines, Target, Before])
            File.Delete(Path.Combine(folder, name));
    }

    private void Add(string line)
    {
        _lines.Write(Encoding.UTF8.GetBytes(line + "\n"));
        _lines.Flush(flushToDisk: true);
    }
}

/// <summary>First line of a journal.</summary>
internal sealed record JournalHead(ChipIdentity Chip, string BeforeSha256, string TargetSha256, ImmutableArray<JournalStep> Steps);

/// <summary>A step as the journal has it.</summary>
internal sealed record JournalStep(int At, int Length, byte? Erase);

/// <summary>Any other line: what became of the step at that address.</summary>
internal sealed record JournalLine(string What, int At);

/// <summary>Writes and reads the lines.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(JournalHead))]
[JsonSerializable(typeof(JournalLine))]
internal sealed partial class JournalJsonContext : JsonSerializerContext;
