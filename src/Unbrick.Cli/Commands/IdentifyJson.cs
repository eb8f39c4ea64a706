using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Formats;
using Unbrick.Formats.Identify;
using Unbrick.Recovery.Images;

namespace Unbrick.Cli.Commands;

/// <summary>
/// The line of <c>unbrick identify FILE --json</c>, one for each file, as <see cref="CommandJson"/> writes the other commands'. Written by
/// hand: what a serializer has to learn about these types first takes longer than reading a whole dump.
/// </summary>
internal sealed class IdentifyJson : IDisposable
{
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _json;

    private IdentifyJson() => _json = new Utf8JsonWriter(_line, new JsonWriterOptions { Encoder = CommandJson.Encoder });

    /// <summary>What a file is.</summary>
    public static void Write(TextWriter to, string path, Identification file, ImmutableArray<DeviceGuess> devices, int exit)
    {
        using IdentifyJson line = new();
        line.Line(path, file, devices, [], exit);
        line.End(to);
    }

    /// <summary>A file that could not be read.</summary>
    public static void Write(TextWriter to, string path, Problem problem, int exit)
    {
        using IdentifyJson line = new();
        line.Line(path, null, [], [problem], exit);
        line.End(to);
    }

    public void Dispose() => _json.Dispose();

    private void End(TextWriter to)
    {
        _json.Flush();
        to.WriteLine(Encoding.UTF8.GetString(_line.WrittenSpan));
    }

    private void Line(string path, Identification? file, ImmutableArray<DeviceGuess> devices, ImmutableArray<Problem> problems, int exit)
    {
        _json.WriteStartObject();
        _json.WriteString("type", "result");
        _json.WriteNumber("exit", exit);
        _json.WriteString("file", path);
        Number("size", file?.Size);
        _json.WriteString("sha256", file?.Sha256);
        _json.WriteString("kind", file is null ? null : IdentifyWords.Id(file.Kind));
        Tiles("findings", file?.Findings ?? []);
        Inside("inner", file?.Inner);
        Name(file?.Says);
        Devices(devices);
        _json.WritePropertyName("diagnosis");
        if (problems.IsEmpty)
            _json.WriteRawValue("[]", skipInputValidation: true);
        else
            CommandJson.Write(_json, problems);
        _json.WriteEndObject();
    }

    /// <summary>The file inside a packed one; positions are those in the unpacked bytes.</summary>
    private void Inside(string name, Identification? file)
    {
        if (file is null)
        {
            _json.WriteNull(name);
            return;
        }
        _json.WriteStartObject(name);
        _json.WriteString("file", SafeText.Show(file.Name, 255));
        _json.WriteNumber("size", file.Size);
        _json.WriteString("sha256", file.Sha256);
        Tiles("findings", file.Findings);
        Inside("inner", file.Inner);
        _json.WriteEndObject();
    }

    /// <summary>What the file's name says; null is "it does not".</summary>
    private void Name(FirmwareFileName? says)
    {
        if (says is null)
        {
            _json.WriteNull("name");
            return;
        }
        _json.WriteStartObject("name");
        _json.WriteString("model", says.Model);
        _json.WriteString("hardware_version", says.HardwareVersion);
        _json.WriteString("region", says.Region);
        _json.WriteString("date", says.Date?.ToString("yyyy-MM-dd", null));
        _json.WriteEndObject();
    }

    private void Devices(ImmutableArray<DeviceGuess> devices)
    {
        _json.WriteStartArray("devices");
        foreach (DeviceGuess device in devices)
        {
            _json.WriteStartObject();
            _json.WriteString("id", device.Id);
            _json.WriteString("name", device.Name);
            _json.WriteNumber("confidence", device.Confidence);
            Texts("evidence", device.Evidence);
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
    }

    private void Tiles(string name, ImmutableArray<Finding> findings)
    {
        _json.WriteStartArray(name);
        foreach (Finding finding in findings)
            Tile(finding);
        _json.WriteEndArray();
    }

    private void Tile(Finding finding)
    {
        _json.WriteStartObject();
        _json.WriteNumber("offset", finding.Offset);
        _json.WriteNumber("length", finding.Length);
        _json.WriteString("format", finding.Format);
        _json.WriteString("variant", finding.Variant);
        _json.WriteString("verdict", Word(finding.Verdict));
        Flaws(finding.Flaws);
        _json.WriteString("confidence", Word(finding.Confidence));
        Fields(finding.Facts);
        Tiles("inside", finding.Inside);
        Volumes(finding.Volumes);
        _json.WriteEndObject();
    }

    /// <summary><c>reasons</c>, each code once, and <c>flaws</c>, each with its place in the file or null.</summary>
    private void Flaws(ImmutableArray<Flaw> flaws)
    {
        List<string> codes = [];
        foreach (Flaw flaw in flaws)
        {
            if (!codes.Contains(flaw.Code))
                codes.Add(flaw.Code);
        }
        Texts("reasons", [.. codes]);
        _json.WriteStartArray("flaws");
        foreach (Flaw flaw in flaws)
        {
            _json.WriteStartObject();
            _json.WriteString("code", flaw.Code);
            _json.WriteString("seen", flaw.Seen);
            Number("at", flaw.At < 0 ? null : flaw.At);
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
    }

    private void Fields(ImmutableArray<Fact> facts)
    {
        // Of facts with one name the last one counts, at the place of the first.
        OrderedDictionary<string, object> fields = new(facts.Length, StringComparer.Ordinal);
        foreach (Fact fact in facts)
            fields[fact.Name] = fact.Value;
        _json.WriteStartObject("fields");
        foreach ((string name, object value) in fields)
        {
            switch (value)
            {
                case long number:
                    _json.WriteNumber(name, number);
                    break;
                case bool flag:
                    _json.WriteBoolean(name, flag);
                    break;
                case ImmutableArray<string> list:
                    Texts(name, list);
                    break;
                case ImmutableSortedDictionary<string, string> map:
                    _json.WriteStartObject(name);
                    foreach ((string key, string text) in map)
                        _json.WriteString(key, text);
                    _json.WriteEndObject();
                    break;
                default:
                    _json.WriteString(name, value.ToString());
                    break;
            }
        }
        _json.WriteEndObject();
    }

    /// <summary>Volumes that lie in pieces; positions of what is inside are those in the volume.</summary>
    private void Volumes(ImmutableArray<Volume> volumes)
    {
        _json.WriteStartArray("volumes");
        foreach (Volume volume in volumes)
        {
            _json.WriteStartObject();
            _json.WriteString("name", volume.Name);
            _json.WriteNumber("length", volume.Length);
            _json.WriteBoolean("proven", volume.Proven);
            _json.WriteStartArray("pieces");
            foreach (VolumePiece piece in volume.Pieces)
            {
                _json.WriteStartObject();
                _json.WriteNumber("offset", piece.At);
                _json.WriteNumber("length", piece.Length);
                _json.WriteNumber("to", piece.To);
                _json.WriteEndObject();
            }
            _json.WriteEndArray();
            Tiles("findings", volume.Inside);
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
    }

    private void Texts(string name, ImmutableArray<string> texts)
    {
        _json.WriteStartArray(name);
        foreach (string text in texts)
            _json.WriteStringValue(text);
        _json.WriteEndArray();
    }

    private void Number(string name, long? value)
    {
        if (value is long number)
            _json.WriteNumber(name, number);
        else
            _json.WriteNull(name);
    }

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
