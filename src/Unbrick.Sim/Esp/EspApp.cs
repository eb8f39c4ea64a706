namespace Unbrick.Sim.Esp;

/// <summary>What a program says when it runs; which one it is, is seen by the names that its image holds.</summary>
internal static class EspApp
{
    private const int AppRate = 115_200;

    /// <summary>Whether it is firmware of the maker of the plug, which does not mind what it has stored itself.</summary>
    public static bool IsTuya(ReadOnlySpan<byte> image) => image.IndexOf("TUYA"u8) >= 0 || image.IndexOf("tuya"u8) >= 0;

    /// <summary>Adds what it says when all is well.</summary>
    public static void Say(EspStart.Builder start, ReadOnlySpan<byte> image, string chip)
    {
        if (Has(image, "tasmota"u8, "Tasmota"u8))
        {
            start.Say(AppRate, $"\r\n00:00:00.001 HDW: {chip}\r\n", 120)
                .Say(AppRate, "00:00:00.032 CFG: Use defaults\r\n", 30)
                .Say(AppRate, "00:00:00.084 Project tasmota - Tasmota Version 14.3.0(release-tasmota)\r\n", 50)
                .Say(AppRate, "00:00:00.512 WIF: WifiManager active for 3 minutes\r\n", 420);
            return;
        }
        if (Has(image, "esphome"u8, "ESPHome"u8))
        {
            start.Say(AppRate, "\r\n[I][logger:171]: Log initialized\r\n", 150)
                .Say(AppRate, "[I][app:029]: Running through setup()...\r\n", 20)
                .Say(AppRate, "[C][wifi:047]: Setting up WiFi...\r\n", 30)
                .Say(AppRate, "[I][app:062]: setup() finished successfully!\r\n", 900);
            return;
        }
        if (IsTuya(image))
        {
            start.Say(AppRate, "\r\nOS SDK ver: 1.4.2(23fbe10) compiled @ Sep 22 2016 13:09:03\r\n", 90)
                .Say(AppRate, "[01-01 18:12:15 TUYA Notice][mqc_app.c:110] gw init\r\n", 300);
            return;
        }
        start.Say(AppRate, "\r\napp: running\r\n", 100);
    }

    private static bool Has(ReadOnlySpan<byte> image, ReadOnlySpan<byte> name, ReadOnlySpan<byte> other) =>
        image.IndexOf(name) >= 0 || image.IndexOf(other) >= 0;
}
