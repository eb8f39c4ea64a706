using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Unbrick.Recovery.Esp;

/// <summary>The texts by which the ROMs and the usual programs of ESP chips say why they do not start.</summary>
public sealed partial class EspBootRules : IEspBootReader
{
    private const int LoopsAt = 3, MostEvidence = 4;

    private const string Supply = "Use a supply of 3.3 V and 500 mA, not the one of the adapter; short wires.";

    /// <summary>The first that fits counts: what the ROM says of the flash before what follows from it.</summary>
    private static readonly (Regex Text, string Cause, string Meaning, string Next)[] s_rules =
    [
        (BrownOut(), "esp-brownout", "the supply breaks down when the radio starts", Supply),
        (Strap(), "esp-boot-strap", "it still starts into its loader: the strap is low", "Take the wire off GPIO0 (GPIO9 on C3, C6, H2) and switch the power off and on."),
        (Csum(), "esp-csum-err", "the ROM reads something else from flash than what was proven to be there: flash mode or wiring of the flash", "Flash again with --flash-mode dout, which every flash chip can."),
        (Empty(), "esp-flash-empty", "the ROM finds nothing to start where it looks", "Write an image that has its boot loader in it (factory image), or check --offset."),
        (Offset(), "esp-wrong-offset", "the ROM finds no boot loader where it looks", "Write the factory image at 0, or the boot loader at the offset of this chip."),
        (Table(), "esp-bad-partition-table", "the boot loader does not like the partition table", "Write the factory image, which has table and boot loader."),
        (NoApp(), "esp-no-app", "the boot loader finds no application", "Write the factory image at 0."),
    ];

    /// <inheritdoc/>
    public EspBootVerdict Read(ImmutableArray<string> lines)
    {
        string[] text = [.. lines.Where(line => line.Trim().Length > 0)];
        if (text.Length == 0)
            return new(EspBootVerdict.NotSeen, "no text came", "Take the strap off ground, switch the power off and on, and look: unbrick esp boot-log", []);
        string[] supply = Matching(text, PowerOn());
        foreach ((Regex rule, string cause, string meaning, string next) in s_rules)
        {
            if (Matching(text, rule) is not { Length: > 0 } seen)
                continue;
            // It ran, and then it was without power: a hand has done that, or the supply.
            bool ran = cause == "esp-boot-strap" && text.TakeWhile(line => !rule.IsMatch(line)).Any(line => Runs().IsMatch(line)) && supply.Length > 0;
            return new(cause, meaning, ran ? $"{next} If nobody has switched it: the supply breaks down. {Supply}" : next, [.. seen]);
        }
        if (supply.Length >= LoopsAt - 1)
            return new("esp-brownout", "it loses its power again and again: the supply breaks down when the radio starts", Supply, [.. supply]);
        int starts = text.Count(line => Start().IsMatch(line));
        string[] leftovers = Matching(text, Leftovers()), exceptions = Matching(text, Exception()), watchdogs = Matching(text, Watchdog());
        if (starts >= LoopsAt - 1 && leftovers.Length > 0)
            return new("esp-leftovers", "old settings in the last sectors of flash make it start again and again", "Erase the whole chip and flash again: --erase all", [.. leftovers]);
        if (exceptions.Length > 0 && starts >= LoopsAt - 1)
            return new("esp-app-exception", "the application crashes", "If old settings were kept: flash again with --erase all. Otherwise another build of the firmware.", [.. exceptions]);
        if (starts >= LoopsAt || watchdogs.Length >= LoopsAt - 1)
            return new("esp-wdt", $"it starts again and again ({starts} times)", "Flash again with --erase all, then with --flash-mode dout; then another supply.", [.. watchdogs.Concat(Matching(text, Start())).Take(MostEvidence)]);
        return new(EspBootVerdict.Normal, starts == 0 ? "it runs: text, and no complaint in it" : $"it runs: {starts} start{(starts == 1 ? "" : "s")}, no complaint", "", [.. text.TakeLast(1)]);
    }

    /// <summary>Whether old settings are complained of: harmless once, the cause when it starts again and again.</summary>
    internal static bool TellsOfLeftovers(ImmutableArray<string> lines) => lines.Any(line => Leftovers().IsMatch(line));

    private static string[] Matching(string[] lines, Regex rule) => [.. lines.Where(line => rule.IsMatch(line)).Take(MostEvidence)];

    [GeneratedRegex(@"ets Jan +8 2013|^rst:0x|^ESP-ROM:", RegexOptions.NonBacktracking)]
    private static partial Regex Start();

    [GeneratedRegex(@"BROWNOUT|[Bb]rown-?out detector", RegexOptions.NonBacktracking)]
    private static partial Regex BrownOut();

    /// <summary>The ESP8266 has no word for a supply that breaks down: it begins as at power on.</summary>
    [GeneratedRegex(@"rst cause:1\b", RegexOptions.NonBacktracking)]
    private static partial Regex PowerOn();

    [GeneratedRegex(@"^csum 0x|rf cal sector", RegexOptions.NonBacktracking)]
    private static partial Regex Runs();

    [GeneratedRegex(@"boot mode:\s*\([14567],\d|boot:0x[0-9a-f]+ \(DOWNLOAD|waiting for download", RegexOptions.NonBacktracking)]
    private static partial Regex Strap();

    [GeneratedRegex(@"csum err|load 0x00000000, len 0|Checksum failed|Image hash failed", RegexOptions.NonBacktracking)]
    private static partial Regex Csum();

    [GeneratedRegex(@"ets_main\.c|flash read err|invalid header: 0x", RegexOptions.NonBacktracking)]
    private static partial Regex Empty();

    [GeneratedRegex(@"Falling back to built-in command interpreter", RegexOptions.NonBacktracking)]
    private static partial Regex Offset();

    [GeneratedRegex(@"Failed to verify partition table|invalid magic number|load partition table error", RegexOptions.NonBacktracking)]
    private static partial Regex Table();

    [GeneratedRegex(@"No bootable app partitions", RegexOptions.NonBacktracking)]
    private static partial Regex NoApp();

    [GeneratedRegex(@"system param error|rf_cal\[0\] !=", RegexOptions.NonBacktracking)]
    private static partial Regex Leftovers();

    [GeneratedRegex(@"[Ee]xception ?\(\d+\)|Guru Meditation", RegexOptions.NonBacktracking)]
    private static partial Regex Exception();

    [GeneratedRegex(@"wdt reset|rst cause:4|WDT_SYS_RESET|RTCWDT|TG\dWDT", RegexOptions.NonBacktracking)]
    private static partial Regex Watchdog();
}
