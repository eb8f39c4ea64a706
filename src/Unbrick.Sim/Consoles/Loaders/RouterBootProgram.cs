namespace Unbrick.Sim.Consoles.Loaders;

/// <summary>RouterBOOT of MikroTik: a setup menu behind a key (forum.mikrotik.com 41760; logs of an RB433 and an RB450).</summary>
internal sealed class RouterBootProgram : LineProgram
{
    private static string Menu => """

        RouterBOOT-2.20
        What do you want to configure?
           d - boot delay
           k - boot key
           s - serial console
           n - silent boot
           o - boot device
           r - reset booter configuration
           e - format nand
           g - upgrade firmware
           x - exit setup
        """;

    public override IEnumerable<SimWait> Run()
    {
        yield return SimWait.Call(PowerUp(40, 500));
        yield return SimWait.Call(Tell("\n\nRouterBOOT booter 2.20\n\nRouterBoard 433\n\nCPU frequency: 300 MHz\n  Memory size:  64 MB\n", 20));
        Print("Press any key within 2 seconds to enter setup");
        for (int i = 0; i < 2; i++)
        {
            yield return SimWait.Call(Window(1, _ => true));
            if (Pressed is not null)
                break;
            Print(".");
        }
        Print("\n");
        if (Pressed is null)
        {
            yield return SimWait.Call(Tell("loading kernel from nand... OK\nsetting up elf image... OK", 300));
            yield return SimWait.Call(Kernel("jumping to kernel code\n"));
        }
        yield return SimWait.Call(Setup());
    }

    /// <summary>One key is one choice; no Enter.</summary>
    private IEnumerable<SimWait> Setup()
    {
        while (true)
        {
            Print(Menu + "\nyour choice: ");
            do
                yield return SimWait.Call(GetKey(TimeSpan.FromHours(1)));
            while (Pressed is null);
            char key = (char)Pressed.Value;
            if (key is 'e' or 'g' or 'r')
                Device.ForbiddenList.Add($"setup entry {key}");
            Print(key switch
            {
                'x' => "x - exit setup\n\n",
                'o' => "o - boot device\n\nSelect boot device:\n * e - boot over Ethernet\n   n - boot from NAND, if fail then Ethernet\nyour choice: ",
                > ' ' and < '\x7F' => $"{key} - not available here\n",
                _ => "\n",
            });
            if (key == 'x')
            {
                Device.AskReset();
                yield return SimWait.Busy(1);
            }
            if (key == 'o')
                yield return SimWait.Call(GetKey(TimeSpan.FromSeconds(30)));
        }
    }
}
