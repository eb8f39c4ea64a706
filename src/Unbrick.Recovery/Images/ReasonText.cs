using System.Collections.Immutable;
using System.Globalization;
using Unbrick.Core.Text;
using Unbrick.Formats;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Images;

/// <summary>Puts a code and two values into words; the words are those of <c>unbrick explain</c>.</summary>
internal static class ReasonText
{
    private const int Longest = 300;

    public static ImageReason Refused(string code, string seen, string want) => Make(code, seen, want, refuses: true);

    public static ImageReason Open(string code, string seen, string want) => Make(code, seen, want, refuses: false);

    /// <summary>A flaw of a format; where a field decided, its value and the wanted one in place of the sentence.</summary>
    public static ImageReason Of(Flaw flaw, Finding finding, Expectation expected)
    {
        (object? seen, string? want) = flaw.Code switch
        {
            FlawCode.WrongHwid when expected.HwId is uint id && finding[FactName.HwId] is not null => (finding[FactName.HwId], $"0x{id:x}"),
            FlawCode.WrongHwid or FlawCode.SupportList => (null, expected.SupportId),
            FlawCode.WrongHwrev => (finding[FactName.HwRev], expected.HwRev is uint rev ? $"0x{rev:x}" : null),
            FlawCode.WrongRegion => (finding[FactName.Region], expected.Region),
            FlawCode.WrongDevice => (finding[FactName.DeviceId], expected.DeviceId?.ToString(CultureInfo.InvariantCulture)),
            FlawCode.WrongBoard or FlawCode.UnsupportedDevice => (null, string.Join(", ", expected.Boards.Take(3))),
            FlawCode.WrongProduct => (finding[FactName.Product], expected.Product),
            FlawCode.WrongSignature => (finding[FactName.Signature], expected.Signature),
            FlawCode.WrongArch => (finding[FactName.Arch], expected.Arch),
            FlawCode.WrongChip => (null, expected.Chip),
            FlawCode.MacForeign => (null, expected.LabelMac),
            FlawCode.CompatMajor or FlawCode.CompatMinor => (finding[FactName.Compat], expected.Compat),
            _ => (null, null),
        };
        return Refused(flaw.Code, Convert.ToString(seen, CultureInfo.InvariantCulture) is { Length: > 0 } value ? value : flaw.Seen, want ?? "");
    }

    private static ImageReason Make(string code, string seen, string want, bool refuses)
    {
        (string means, ImmutableArray<string> steps) = ProblemCatalogue.TryGetPage(code, out ProblemPage? page) ? (page.Means, page.Try) : ("", []);
        return new ImageReason(code, SafeText.Show(seen, Longest), SafeText.Show(want, Longest), means, steps, refuses);
    }
}
