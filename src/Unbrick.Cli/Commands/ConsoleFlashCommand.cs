using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Questions;
using Unbrick.Formats.Editing;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Files;
using Unbrick.Recovery.Loaders;
using Unbrick.Recovery.Loaders.Steps;
using Unbrick.Recovery.Problems;

namespace Unbrick.Cli.Commands;

/// <summary><c>unbrick console flash</c>: firmware through the boot loader, by its menu or by its commands.</summary>
internal static class ConsoleFlashCommand
{
    private const long UsualSector = 0x1_0000;
    private const string ServedName = "unbrick.bin";

    public static Command Create(CliConsole console)
    {
        ConsoleBench bench = new();
        Argument<string> file = new("IMAGE") { Description = "The firmware." };
        Option<string> device = new("--device") { Description = "The device (see 'unbrick devices').", HelpName = "NAME", Required = true };
        Option<string> way = new("--way") { Description = "By its menu (Ralink, MediaTek), or by commands.", HelpName = "menu|commands", DefaultValueFactory = _ => "menu" };
        way.AcceptOnlyFromAmong("menu", "commands");
        Option<string?> flash = ConsoleJobCommands.FlashOption();
        Option<string?> ram = new("--ram") { Description = "By commands: memory to load into.", HelpName = "N" };
        Option<string?> flashBase = new("--base") { Description = "By commands: address of mapped flash.", HelpName = "N" };
        Option<string?> sector = new("--sector") { Description = "By commands: erase block; 64K without it.", HelpName = "N" };
        Option<string?> region = new("--region") { Description = "By commands: another region than the firmware.", HelpName = "NAME" };
        Option<LoadProtocol> protocol = new("--protocol") { Description = "By commands: ymodem, xmodem, kermit or tftp.", HelpName = "NAME" };
        Option<bool> anyway = new("--anyway") { Description = "Although it cannot be told whether the image fits." };
        Option<bool> dryRun = new("--dry-run") { Description = "Show the plan only; the port is not opened." };
        Option<bool> yes = new("--yes") { Description = "Write without asking." };
        DocumentedCommand command = new("flash", "Write firmware through the boot loader, from power-on to its start.")
        {
            Usage =
            [
                "console flash IMAGE --device NAME -p P --address A/LEN [OPTIONS]",
                "console flash IMAGE --device NAME -p P --way commands ...",
            ],
            Examples =
            [
                "console flash openwrt.bin --device mi-router-4a-gigabit -p /dev/ttyUSB0 --address 192.168.31.100/24",
                "console flash openwrt.bin --device archer-c7-v2 -p /dev/ttyUSB0 --way commands --flash mapped-old --base 0x9f000000 --ram 0x81000000",
                "console flash openwrt.bin --device mi-router-4a-gigabit -p sim:console/ralink --address 192.168.31.100/24",
            ],
            Related = ["image check --help", "spi write --help"],
        };
        command.Add(file);
        foreach (Option option in (Option[])[device, way, flash, ram, flashBase, sector, region, protocol, anyway, dryRun, yes])
            command.Add(option);
        bench.AddTo(command, network: true);
        command.Validators.Add(result => ConsoleJobCommands.Numbers(result, ram, flashBase, sector));
        command.Validators.Add(result =>
        {
            if (result.GetValue(way) == "menu" && result.GetValue<string?>("--address") is null)
                result.AddError("by its menu the device fetches the image: --address A/LEN for this PC");
            else if (result.GetValue(way) == "commands" && (result.GetValue(flash) is null || result.GetValue(ram) is null))
                result.AddError("by commands it needs --flash and --ram");
        });
        command.SetAction((parsed, ct) => bench.RunAsync(parsed, "console-flash", (events, stop) =>
        {
            string path = parsed.GetValue(file)!, name = Path.GetFileName(path);
            byte[] content = ImageFile.Read(path);
            DeviceProfile profile = ImageRun.Device(parsed.GetValue(device)!);
            Region place = FlashGuard.Check(name, content, profile, parsed.GetValue(region), parsed.GetValue(anyway));
            string where = string.Create(CultureInfo.InvariantCulture, $"{place.Name} of {profile.Name}, {place.Length:N0} bytes at 0x{place.Offset:x}");
            events.Publish(new Note("plan", string.Create(CultureInfo.InvariantCulture, $"{name}, {content.Length:N0} bytes, into {where}")));
            ImmutableArray<ILoaderStep> steps;
            if (parsed.GetValue(way) == "menu")
            {
                events.Publish(new Note("plan", "stops the boot at its menu, chooses 2, types the addresses, serves the file, watches until the kernel starts"));
                steps = [new MenuStep(content, ServedName, write: true)];
            }
            else
            {
                FlashPlace goal = Goal(parsed, place, content.Length);
                events.Publish(new Note("plan", string.Create(
                    CultureInfo.InvariantCulture,
                    $"stops the boot, loads it to 0x{goal.Ram:x} by {parsed.GetValue(protocol).ToString().ToLowerInvariant()}, erases {goal.Sectors:N0} bytes at 0x{goal.At:x} ({goal.Dialect.Id}), writes, compares")));
                steps = [new LoadStep(content, name, goal.Ram, new LoadWay(parsed.GetValue(protocol), TftpName: ServedName)), new FlashStep(goal)];
            }
            if (parsed.GetValue(dryRun))
                return null;
            IAsk? ask = parsed.GetValue(yes) ? new YesToAll() : console.In is TextReader keyboard && !bench.IsJson(parsed) ? new TerminalAsk(keyboard) : null;
            FlashConsent.Ask($"erase {place.Name} and write {name}", ask, events, stop);
            return steps;
        }, console, ct));
        return command;

        FlashPlace Goal(ParseResult parsed, Region place, int length)
        {
            FlashDialect dialect = ConsoleJobCommands.Dialect(parsed.GetValue(flash))!;
            long memory = ConsoleBench.Number(parsed.GetValue(ram))!.Value;
            long at = place.Offset + (dialect.Mapped ? ConsoleBench.Number(parsed.GetValue(flashBase)) ?? 0 : 0);
            long block = ConsoleBench.Number(parsed.GetValue(sector)) ?? UsualSector;
            FlashPlace goal = new(at, length, block, memory, dialect);
            return place.Offset % block == 0 && place.Offset + goal.Sectors <= place.End
                ? goal
                : throw new UnbrickException(
                    ProblemCatalogue.Create(ProblemCode.LoaderRange, [], ("what", $"whole sectors of {block:N0} bytes would reach beyond {place.Name}")), ExitCode.Refused);
        }
    }
}
