using System.Collections.Immutable;
using System.Text;
using Unbrick.Core.Text;
using Unbrick.Formats.Flash;

namespace Unbrick.Formats.Editing;

/// <summary>A variable of the boot loader's environment to set, or to remove when <paramref name="Value"/> is null.</summary>
public readonly record struct EnvironmentChange(string Name, string? Value);

/// <summary>
/// Changes variables of the U-Boot environment in a dump. A pair of copies is treated as fw_setenv does: the older one is written and becomes
/// the newer, so that the one in use stays as it was.
/// </summary>
public static class EnvironmentEditor
{
    /// <summary>Makes the changes; all of them or, with an <see cref="EditRefusedException"/>, none.</summary>
    /// <param name="image">What is edited.</param>
    /// <param name="content">What was found in it.</param>
    /// <param name="changes">In order.</param>
    /// <param name="at">Where the device keeps it (of the first copy), when that is known.</param>
    /// <param name="size">ENV_SIZE, when that is known; needed where the CRC is wrong.</param>
    public static void Apply(
        EditedImage image, ImmutableArray<Finding> content, IReadOnlyList<EnvironmentChange> changes, long? at = null, long? size = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(changes);
        string what = $"env {string.Join(", ", changes.Select(c => SafeText.Show(c.Name)))}";
        List<Copy> copies = Copies(image, content, what, at, size);
        bool second = copies.Count > 1 && UBootEnvironment.IsSecondNewer(copies[0].Environment.Flag, copies[1].Environment.Flag);
        Copy active = second ? copies[1] : copies[0];
        UBootEnvironment changed = active.Environment;
        List<string> why = [];
        foreach (EnvironmentChange change in changes)
        {
            string? was = changed[change.Name];
            if (was == change.Value)
                continue;
            changed = Changed(changed, change, what);
            why.Add($"{SafeText.Show(change.Name)} {Shown(was)} -> {Shown(change.Value)}");
        }
        if (why.Count == 0)
            return;
        string said = $"env {string.Join(", ", why)}";
        if (copies.Count == 1)
        {
            Put(image, active.At, changed, said);
            return;
        }
        Copy older = copies.First(c => c.At != active.At);
        // Flags 1 and 0 may be counters, or the marks "active" and "obsolete" of NOR boards: exchanging them is right for both.
        if (active.Environment.Flag == 1 && older.Environment.Flag == 0)
        {
            Put(image, older.At, changed.WithFlag(1), said);
            image.Put(active.At + UBootEnvironmentLayout.CrcSize, [0], "the copy that was in use becomes the older one");
        }
        else
        {
            Put(image, older.At, changed.WithFlag((byte)(active.Environment.Flag + 1)), said);
        }
    }

    private static UBootEnvironment Changed(UBootEnvironment environment, EnvironmentChange change, string what)
    {
        try
        {
            return change.Value is null ? environment.Unset(change.Name) : environment.Set(change.Name, change.Value);
        }
        catch (ArgumentException e)
        {
            throw new EditRefusedException(what, e.Message.Split(" (Parameter", 2)[0].TrimEnd('.'), FlawCode.Size);
        }
    }

    private static void Put(EditedImage image, int at, UBootEnvironment environment, string why)
    {
        byte[] bytes = environment.Write();
        image.Put(at, bytes.AsSpan(0, UBootEnvironmentLayout.CrcSize), $"CRC of the env at 0x{at:x6}");
        image.Put(at + UBootEnvironmentLayout.CrcSize, bytes.AsSpan(UBootEnvironmentLayout.CrcSize), why);
    }

    private static List<Copy> Copies(EditedImage image, ImmutableArray<Finding> content, string what, long? at, long? size)
    {
        List<Copy> whole = [];
        foreach (Finding finding in content.Where(f => f.Format == "uboot-env" && f.Variant != "bdata"))
            AddWhole(whole, image, finding);
        if (at is long place)
        {
            // What lies elsewhere (a back-up partition, a second system) is not what the boot loader reads.
            Copy? here = whole.FirstOrDefault(c => c.At == place);
            if (here is not null)
            {
                UBootEnvironmentLayout layout = here.Environment.Layout;
                return Pair(whole.Where(c => c == here || (layout.Redundant && c.Environment.Layout == layout)), what);
            }
            if (size is long known && Damaged(image, place, known) is { } repaired)
                return [repaired];
        }
        if (whole.Count == 0)
        {
            bool damaged = content.Any(f => f.Format == "uboot-env");
            throw damaged
                ? new EditRefusedException(
                    what, "the environment's CRC is wrong for every usual size; name the device, whose size may be known", FlawCode.Crc)
                : new EditRefusedException(what, "no environment was found in the file", FlawCode.Structure);
        }
        return Pair(whole, what);
    }

    private static void AddWhole(List<Copy> to, EditedImage image, Finding finding)
    {
        ReadOnlySpan<byte> found = image.Bytes.Span.Slice(finding.Offset, finding.Length);
        ReadOnlySpan<int> sizes = [finding.Length, finding.Length / 2];
        if (UBootEnvironmentLayout.Find(found, UBootEnvironmentLayout.LargestSize, sizes) is not { } layout)
            return;
        for (int at = finding.Offset; at + layout.Size <= finding.End; at += layout.Size)
        {
            ReadOnlySpan<byte> copy = image.Bytes.Span.Slice(at, layout.Size);
            if (layout.CrcOf(copy) == layout.StoredCrc(copy) && UBootEnvironment.Read(copy, layout) is { } environment)
                to.Add(new Copy(at, environment));
        }
    }

    /// <summary>One environment, or two copies of one.</summary>
    private static List<Copy> Pair(IEnumerable<Copy> found, string what)
    {
        List<Copy> copies = [.. found.OrderBy(c => c.At)];
        bool pair = copies.Count == 2 && copies[0].Environment.Layout.Redundant && copies[0].Environment.Layout == copies[1].Environment.Layout;
        return copies.Count == 1 || pair
            ? copies
            : throw new EditRefusedException(
                what,
                $"there are several environments ({string.Join(", ", copies.Select(c => $"0x{c.At:x6}"))}); "
                + "name the device, so that the right one is known",
                FlawCode.Structure);
    }

    /// <summary>A single one whose CRC is wrong, at its known place with its known size: writing it sets the CRC right.</summary>
    private static Copy? Damaged(EditedImage image, long at, long size)
    {
        if (at < 0 || size is < UBootEnvironmentLayout.SmallestSize or > UBootEnvironmentLayout.LargestSize || at > image.Bytes.Length - size)
            return null;
        UBootEnvironmentLayout layout = new((int)size, BigEndian: false, Redundant: false);
        UBootEnvironment? read = UBootEnvironment.Read(image.Bytes.Span.Slice((int)at, (int)size), layout);
        return read is { Count: > 0 } ? new Copy((int)at, read) : null;
    }

    private static string Shown(string? value) => value is null ? "not set" : SafeText.Show(Encoding.Latin1.GetBytes(value));

    private sealed record Copy(int At, UBootEnvironment Environment);
}
