using System.CommandLine;
using Unbrick.Cli.Terminal;
using Unbrick.Core;
using Unbrick.Core.Problems;
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
        Option<bool> yes = new("--yes") { Description = "Write without asking." };
        DocumentedCommand command = new("flash", "Write firmware through the boot loader, from power-on to its start.")
        {
            Usage = ["console flash IMAGE --device NAME --port P --address A/LEN [OPTIONS]", "console flash IMAGE --device NAME --port P --way commands --flash KIND --ram N [OPTIONS]"],
            Examples =
            [
                "console flash openwrt.bin --device mi-router-4a-gigabit -p /dev/ttyUSB0 --address 192.168.31.100/24 --yes",
                "console flash openwrt.bin --device archer-c7-v2 -p /dev/ttyUSB0 --way commands --flash mapped-old --base 0x9f000000 --ram 0x81000000 --yes",
            ],
            Related = ["image check --help", "spi write --help"],
        };
        command.Add(file);
        foreach (Option option in (Option[])[device, way, flash, ram, flashBase, sector, region, protocol, anyway, yes])
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
        command.SetAction((parsed, ct) => bench.RunAsync(parsed, "console-flash", () =>
        {
            string path = parsed.GetValue(file)!, name = Path.GetFileName(path);
            byte[] content = ImageFile.Read(path);
            DeviceProfile profile = ImageRun.Device(parsed.GetValue(device)!);
            Region place = FlashGuard.Check(name, content, profile, parsed.GetValue(region), parsed.GetValue(anyway));
            if (!parsed.GetValue(yes))
            {
                throw new UnbrickException(
                    ProblemCatalogue.Create(ProblemCode.LoaderRange, [$"{place.Name} at 0x{place.Offset:x}, {content.Length:N0} bytes"], ("what", "it writes, and was not told --yes")),
                    ExitCode.Refused);
            }
            if (parsed.GetValue(way) == "menu")
                return [new MenuStep(content, "unbrick.bin", write: true)];
            FlashDialect dialect = ConsoleJobCommands.Dialect(parsed.GetValue(flash))!;
            long memory = ConsoleBench.Number(parsed.GetValue(ram))!.Value;
            long at = place.Offset + (dialect.Mapped ? ConsoleBench.Number(parsed.GetValue(flashBase)) ?? 0 : 0);
            long block = ConsoleBench.Number(parsed.GetValue(sector)) ?? UsualSector;
            FlashPlace goal = new(at, content.Length, block, memory, dialect);
            if (place.Offset % block != 0 || place.Offset + goal.Sectors > place.End)
            {
                throw new UnbrickException(
                    ProblemCatalogue.Create(ProblemCode.LoaderRange, [], ("what", $"whole sectors of {block:N0} bytes would reach beyond {place.Name}")), ExitCode.Refused);
            }
            LoadStep load = new(content, name, memory, new LoadWay(parsed.GetValue(protocol), TftpName: "unbrick.bin"));
            return [load, new FlashStep(goal)];
        }, console, ct));
        return command;
    }
}
