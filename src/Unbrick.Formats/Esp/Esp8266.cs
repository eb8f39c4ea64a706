namespace Unbrick.Formats.Esp;

/// <summary>Firmware of the ESP8266 and ESP8285: boot loader and application of Arduino, SDK images, those for rBoot (<c>ea 04</c>).</summary>
public sealed class Esp8266 : EspFormat
{
    public override string Id => "esp8266";

    public override string Title => "ESP8266 firmware image";

    protected override bool Extended => false;
}
