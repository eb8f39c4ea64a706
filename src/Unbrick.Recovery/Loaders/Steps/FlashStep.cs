using System.Globalization;
using System.Text.RegularExpressions;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Loaders.Steps;

/// <summary>
/// Writes what is in memory into flash: compares first, erases whole sectors only when something differs, writes, and has the loader compare
/// again, or reads it back where the flash is not part of the address space.
/// </summary>
/// <param name="plan">What goes where.</param>
public sealed partial class FlashStep(FlashPlace plan) : ILoaderStep
{
    private const int MostTries = 3;

    private readonly FlashDialect _dialect = plan.Dialect;

    /// <inheritdoc/>
    public string Do => "flash-write";

    /// <inheritdoc/>
    public StepProof Run(LoaderSession session, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(session);
        CheckSource(session);
        if (_dialect.Probe is string probe)
            Must(session, probe, [], TimeSpan.FromSeconds(10));
        if (IsEqual(session) is not bool isThere)
        {
            // What could not be proven afterwards is not begun.
            throw new UnbrickException(
                ProblemCatalogue.Create(ProblemCode.LoaderUnproven, [$"at 0x{plan.At:x}", "nothing was erased"], ("step", "comparing"), ("what", "the comparison never came whole")),
                ExitCode.Failed);
        }
        if (isThere)
            return new StepProof("compare", $"0x{plan.At:x} holds it already");
        string last = "";
        for (int i = 0; i < MostTries; i++)
        {
            session.Say("now", $"Erasing and writing {plan.Length:N0} bytes at 0x{plan.At:x}: do not unplug.");
            if (_dialect.Unprotect is string unprotect)
                session.Shell.Run(Filled(unprotect), Patience(0.0002));
            session.HasChanged = true;
            Must(session, _dialect.Erase, _dialect.Erased, Patience(0.0001));
            Must(session, _dialect.Write, _dialect.Written, Patience(0.0005));
            bool? equal = IsEqual(session);
            if (equal == true)
                return new StepProof("compare", $"{plan.Length:N0} bytes at 0x{plan.At:x}", plan.Length);
            last = equal is null ? "the comparison never came whole" : "the comparison found a difference";
            session.Say("flash", $"{last}; again");
        }
        throw new UnbrickException(
            ProblemCatalogue.Create(ProblemCode.LoaderUnproven, [$"at 0x{plan.At:x}"], ("step", "writing"), ("what", last)), ExitCode.FailedAfterChange);
    }

    /// <summary>What is written has to be what was loaded; a restart in between leaves other things in memory.</summary>
    private void CheckSource(LoaderSession session)
    {
        if (!session.Loaded.TryGetValue(plan.Ram, out (uint Crc, long Length) loaded) || loaded.Length < plan.Length)
            return;
        uint? crc = new MemoryReader(session.Shell).Crc((ulong)plan.Ram, loaded.Length);
        if (crc is not null && crc != loaded.Crc)
        {
            throw new UnbrickException(
                ProblemCatalogue.Create(ProblemCode.LoaderUnproven, [$"at 0x{plan.Ram:x}"], ("step", "loading"), ("what", "the memory changed since")), ExitCode.Failed);
        }
    }

    private bool? IsEqual(LoaderSession session)
    {
        long left = plan.Ram;
        if (!_dialect.Mapped)
        {
            Must(session, _dialect.Read!, [], Patience(0.0002));
            left = plan.Spare;
        }
        string command = string.Create(CultureInfo.InvariantCulture, $"cmp.b {(_dialect.Mapped ? plan.At : plan.Ram):x} {left:x} {plan.Length:x}");
        CommandOutput output = session.Shell.Query(command, o => Same(o) is not null, Patience(0.00001));
        return Same(output);
    }

    private bool? Same(CommandOutput output)
    {
        foreach (string line in output.Lines)
        {
            if (Total().Match(line) is { Success: true } match)
                return line.Contains("were the same", StringComparison.Ordinal) && match.Groups[1].Value == plan.Length.ToString(CultureInfo.InvariantCulture);
            if (Different().IsMatch(line))
                return false;
        }
        return null;
    }

    /// <summary>A command that has to succeed. An answer that was damaged on the way is settled by the comparison that follows.</summary>
    private void Must(LoaderSession session, string template, IReadOnlyList<string> good, TimeSpan patience)
    {
        string command = Filled(template);
        CommandOutput output = session.Shell.Run(command, patience);
        bool bad = _dialect.Bad.Any(b => output.Has(LoaderPatterns.Made(b)));
        bool fine = output.Code == 0 || good.Any(g => output.Has(LoaderPatterns.Made(g)));
        if (output.IsUnknown || (bad && !fine) || output.Code is > 0)
        {
            throw new UnbrickException(
                ProblemCatalogue.Create(ProblemCode.LoaderSaidNo, output.Lines.Where(l => l.Length > 0).TakeLast(4), ("command", command)),
                ExitCode.DeviceRefused);
        }
    }

    private TimeSpan Patience(double secondsForByte) => TimeSpan.FromSeconds(15 + Math.Min(600, plan.Length * secondsForByte));

    private string Filled(string template) => template
        .Replace("{at}", Hex(plan.At), StringComparison.Ordinal).Replace("{len}", Hex(plan.Sectors), StringComparison.Ordinal)
        .Replace("{n}", Hex(plan.Length), StringComparison.Ordinal).Replace("{ram}", Hex(plan.Ram), StringComparison.Ordinal)
        .Replace("{spare}", Hex(plan.Spare), StringComparison.Ordinal);

    private static string Hex(long number) => number.ToString("x", CultureInfo.InvariantCulture);

    /// <summary><c>byte at 0x9f000000 (0x27) != byte at 0x81000000 (0xff)</c>; of a zero later ones print no 0x.</summary>
    [GeneratedRegex(@"(?i)\bat 0x[0-9a-f]+ \([0-9a-fx]+\) != ")]
    private static partial Regex Different();

    [GeneratedRegex(@"^Total of (\d+) (?:byte|word)")]
    private static partial Regex Total();
}

/// <summary>What is written where.</summary>
/// <param name="At">Address or offset in the flash.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sector">Bytes that are erased together.</param>
/// <param name="Ram">Where in memory the content lies.</param>
/// <param name="Dialect">How this flash is written.</param>
public sealed record FlashPlace(long At, long Length, long Sector, long Ram, FlashDialect Dialect)
{
    /// <summary>Bytes of whole sectors.</summary>
    public long Sectors => (Length + Sector - 1) / Sector * Sector;

    /// <summary>Memory behind the content, to read back into.</summary>
    public long Spare => (Ram + Length + 0xFFFF) & ~0xFFFFL;
}
