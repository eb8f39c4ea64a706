using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Serve;

/// <summary>Chooses how a device is recovered over its network, and does it.</summary>
public static class NetworkRecovery
{
    /// <summary>
    /// Runs until the device is back, or told to stop. Throws <see cref="UnbrickException"/> when it cannot even begin; then nothing was
    /// changed.
    /// </summary>
    public static ServeResult Run(Workbench bench, ServeOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(bench);
        ArgumentNullException.ThrowIfNull(options);
        options = AdapterPick.ByEvent(bench, options, ct);
        if (IsNmrp(bench.Devices, options))
        {
            using NmrpJob nmrp = new(bench, options);
            return nmrp.Run(ct);
        }
        if (options.Region is not null)
        {
            throw new UnbrickException(
                new Problem("usage", Severity.Error, "--region is for NMRP only", ["--region without --nmrp"], "Only Netgear's recovery can set a region.",
                    ["unbrick serve DEVICE IMAGE --nmrp --region NAME"]),
                ExitCode.Usage);
        }
        using ServeJob job = new(bench, options);
        return job.Run(ct);
    }

    /// <summary>
    /// Asked for, or the first way of a device that does not fetch its image itself. A family's rule or a hint counts, too: who answers no NMRP
    /// loses nothing by being called.
    /// </summary>
    private static bool IsNmrp(DeviceLibrary devices, ServeOptions options)
    {
        if (options.Nmrp || options.Device is null || options.Root is not null || options.Put is not null || options.Anyway)
            return options.Nmrp;
        DeviceProfile device = DeviceChoice.Find(devices, options.Device);
        return !device.Recovery.Any(way => way.IsServed)
            && device.Recovery.FirstOrDefault(way => way.Mode is RecoveryMode.Nmrp or RecoveryMode.TftpServer)?.Mode == RecoveryMode.Nmrp;
    }
}
