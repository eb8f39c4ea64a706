using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Loaders;

/// <summary>A scripted dialogue with a boot loader: <c>console --job FILE</c>.</summary>
public sealed record ConsoleJobFile
{
    private const int MostBytes = 1 << 20;

    /// <summary>The serial port.</summary>
    public string? Tty { get; init; }

    /// <summary>Host and port of a raw connection, where there is no <see cref="Tty"/>.</summary>
    public JsonElement? Tcp { get; init; }

    /// <summary>A Unix socket that switches the device.</summary>
    public string? Ctl { get; init; }

    /// <summary>Bits in a second; null: find it.</summary>
    public int? Baud { get; init; }

    /// <summary>What to do.</summary>
    public ImmutableArray<ConsoleJobStep> Steps { get => field.IsDefault ? [] : field; init; }

    /// <summary>The line as an address for <c>SerialPorts</c>, without the rate.</summary>
    [JsonIgnore]
    public string Address => Tty ?? $"tcp:{Tcp!.Value[0].GetString()}:{Tcp.Value[1].GetInt32()}";

    /// <summary>Reads a job.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="json">The file.</param>
    /// <exception cref="UnbrickException">It is none.</exception>
    public static ConsoleJobFile Parse(string name, ReadOnlySpan<byte> json)
    {
        if (json.Length > MostBytes)
            throw Invalid(name, $"{json.Length:N0} bytes are no job");
        ConsoleJobFile job;
        try
        {
            job = JsonSerializer.Deserialize(json, ConsoleJobJsonContext.Default.ConsoleJobFile) ?? throw Invalid(name, "it is empty");
        }
        catch (JsonException e)
        {
            throw Invalid(name, e.Message);
        }
        bool tcp = job.Tcp is { ValueKind: JsonValueKind.Array } pair && pair.GetArrayLength() == 2
            && pair[0].ValueKind == JsonValueKind.String && pair[1].TryGetInt32(out _);
        if (job.Tty is null && !tcp)
            throw Invalid(name, "it names neither tty nor tcp");
        return job.Steps.IsEmpty ? throw Invalid(name, "it has no steps") : job;
    }

    /// <summary>What to tell of a job that cannot be carried out.</summary>
    public static UnbrickException Invalid(string name, string reason) =>
        new(ProblemCatalogue.Create(ProblemCode.LoaderJobInvalid, [], ("file", name), ("reason", reason)), ExitCode.BadImage);
}

/// <summary>A step of a job file; which fields it has depends on what it does.</summary>
public sealed record ConsoleJobStep
{
    /// <summary>What.</summary>
    public required string Do { get; init; }

    /// <summary>Of a variable.</summary>
    public string? Name { get; init; }

    /// <summary>Of a variable.</summary>
    public string? Value { get; init; }

    /// <summary><c>ymodem</c>, <c>xmodem</c>, <c>kermit</c> or <c>tftp</c>.</summary>
    public string? Protocol { get; init; }

    /// <summary>The file to load.</summary>
    public string? File { get; init; }

    /// <summary>In memory, or in flash.</summary>
    public long? Address { get; init; }

    /// <summary>Bytes.</summary>
    public long? Length { get; init; }

    /// <summary>Bytes that are erased together.</summary>
    public long? Sector { get; init; }

    /// <summary>Where in memory the content lies.</summary>
    public long? Source { get; init; }

    /// <summary>The file to write.</summary>
    public string? To { get; init; }

    /// <summary>The name on the server.</summary>
    public string? TftpName { get; init; }

    /// <summary>Address of the device.</summary>
    public string? Ipaddr { get; init; }

    /// <summary>Address of the server.</summary>
    public string? Serverip { get; init; }

    /// <summary>How the flash is written: an id of <c>data/loaders/flash.json</c>.</summary>
    public string? Flash { get; init; }

    /// <summary>A command to run.</summary>
    public string? Command { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ConsoleJobFile))]
internal sealed partial class ConsoleJobJsonContext : JsonSerializerContext;
