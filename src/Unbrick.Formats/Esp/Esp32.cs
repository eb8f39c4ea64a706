namespace Unbrick.Formats.Esp;

/// <summary>Firmware of the ESP32 and all later chips: the header says which.</summary>
public sealed class Esp32 : EspFormat
{
    public override string Id => "esp32";

    public override string Title => "ESP32 family firmware image";

    protected override bool Extended => true;
}
