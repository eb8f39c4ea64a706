using System.Globalization;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Loaders.Steps;

/// <summary>Brings flash that is not part of the address space into memory, where it can be read.</summary>
/// <param name="dialect">How.</param>
/// <param name="at">Offset in the flash.</param>
/// <param name="length">Bytes.</param>
/// <param name="ram">Where to.</param>
public sealed class FlashReadStep(FlashDialect dialect, long at, long length, long ram) : ILoaderStep
{
    /// <inheritdoc/>
    public string Do => "flash-read";

    /// <inheritdoc/>
    public StepProof Run(LoaderSession session, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(session);
        string command = dialect.Read!.Replace("{at}", Hex(at), StringComparison.Ordinal).Replace("{n}", Hex(length), StringComparison.Ordinal)
            .Replace("{spare}", Hex(ram), StringComparison.Ordinal);
        foreach (string line in dialect.Probe is string probe ? [probe, command] : (string[])[command])
        {
            CommandOutput output = session.Shell.Run(line, TimeSpan.FromSeconds(15 + (length * 2e-6)));
            if (output.IsUnknown || output.Code is > 0)
            {
                throw new UnbrickException(
                    ProblemCatalogue.Create(ProblemCode.LoaderSaidNo, output.Lines.Where(l => l.Length > 0).TakeLast(4), ("command", line)), ExitCode.DeviceRefused);
            }
        }
        return new StepProof("answer", $"{length:N0} bytes of flash at 0x{at:x} are in memory");
    }

    private static string Hex(long number) => number.ToString("x", CultureInfo.InvariantCulture);
}
