using System.Globalization;
using System.Text.RegularExpressions;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Formats.Bytes;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Loaders.Steps;

/// <summary>Brings a file into memory and compares the checksum that the loader computes there.</summary>
/// <param name="content">The file.</param>
/// <param name="name">Its name, for messages and for the loader.</param>
/// <param name="address">Where to.</param>
/// <param name="way">How.</param>
public sealed partial class LoadStep(ReadOnlyMemory<byte> content, string name, long address, LoadWay way) : ILoaderStep
{
    private const int MostTries = 3;
    private static readonly TimeSpan s_fetch = TimeSpan.FromSeconds(45);

    /// <inheritdoc/>
    public string Do => "load";

    /// <inheritdoc/>
    public StepProof Run(LoaderSession session, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(session);
        MemoryReader reader = new(session.Shell);
        uint wanted = Crc32.Zlib(content.Span);
        string at = string.Create(CultureInfo.InvariantCulture, $"0x{address:x}");
        if (session.Restarts > 0 && reader.Crc((ulong)address, content.Length) == wanted)
            return Loaded(session, wanted, new StepProof("crc32", $"{name} is at {at} already"));
        string why = "";
        for (int i = 0; i < MostTries; i++)
        {
            long began = session.Bench.Time.GetTimestamp();
            why = way.Protocol == LoadProtocol.Tftp ? Fetch(session, ct) : SerialLoad.Send(session, content, name, address, way.Protocol, ct);
            if (why.Length > 0)
            {
                session.Say("load", $"{why}; again");
                continue;
            }
            double seconds = session.Bench.Time.GetElapsedTime(began).TotalSeconds;
            uint? crc = reader.Crc((ulong)address, content.Length);
            string rate = string.Create(CultureInfo.InvariantCulture, $"{content.Length:N0} bytes to {at}, {content.Length / Math.Max(seconds, 0.001) / 1000:0.0} kB/s");
            if (crc == wanted)
                return Loaded(session, wanted, new StepProof("crc32", rate, content.Length));
            if (crc is null && reader.Proof != "crc32" && reader.Read((ulong)address, content.Length) is byte[] bytes && content.Span.SequenceEqual(bytes))
                return Loaded(session, wanted, new StepProof(reader.Proof, rate, content.Length));
            why = "its checksum in memory is not that of the file";
        }
        throw Failed(why);
    }

    private StepProof Loaded(LoaderSession session, uint crc, StepProof proof)
    {
        session.Loaded[address] = (crc, content.Length);
        return proof;
    }

    private string Fetch(LoaderSession session, CancellationToken ct)
    {
        ILoaderNetwork? ours = way.Server is null ? session.Bench.Network : null;
        string? server = way.Server ?? ours?.Server, device = way.Device ?? ours?.Device;
        string asked = way.TftpName ?? name;
        using IDisposable? serving = ours?.Serve(asked, content, ct);
        NetworkNames.Tell(session, device, server, ct);
        CommandOutput output = session.Shell.Run(string.Create(CultureInfo.InvariantCulture, $"tftpboot {address:x} {asked}"), s_fetch);
        if (output.IsUnknown)
            throw new UnbrickException(
                ProblemCatalogue.Create(ProblemCode.LoaderLacks, [], ("command", "tftpboot"), ("instead", "--protocol ymodem")), ExitCode.DeviceRefused);
        return output.Code is 0 || output.Has(Transferred()) ? "" : output.Lines.LastOrDefault(l => l.Length > 0) ?? "no answer";
    }

    private UnbrickException Failed(string why) => new(
        ProblemCatalogue.Create(
            ProblemCode.LoaderTransfer, [], ("file", name), ("protocol", way.Protocol.ToString().ToLowerInvariant()), ("why", why)),
        ExitCode.Failed);

    [GeneratedRegex("^Bytes transferred = ")]
    private static partial Regex Transferred();
}

/// <summary>How a file gets into a loader.</summary>
public enum LoadProtocol
{
    /// <summary>YMODEM: <c>loady</c>.</summary>
    Ymodem,

    /// <summary>XMODEM: <c>loadx</c>.</summary>
    Xmodem,

    /// <summary>Kermit: <c>loadb</c>.</summary>
    Kermit,

    /// <summary>The loader fetches it.</summary>
    Tftp,
}

/// <summary>How a file gets across.</summary>
/// <param name="Protocol">The protocol.</param>
/// <param name="TftpName">The name on the server; null: that of the file.</param>
/// <param name="Device">Address of the device; null: as it is, or as our server says.</param>
/// <param name="Server">Address of a server that is there already; null: ours.</param>
public sealed record LoadWay(LoadProtocol Protocol, string? TftpName = null, string? Device = null, string? Server = null);
