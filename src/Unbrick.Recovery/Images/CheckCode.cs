namespace Unbrick.Recovery.Images;

/// <summary>Codes of a check beside those of the formats (<see cref="Unbrick.Formats.FlawCode"/>): what a format alone cannot know.</summary>
public static class CheckCode
{
    /// <summary>A boot loader is inside of an image that is written behind the boot loader.</summary>
    public const string BootLoaderInside = "boot-loader-inside";

    /// <summary>The loader wants the vendor's header, and the file begins with what should come after it.</summary>
    public const string HeaderMissing = "header-missing";

    /// <summary>Nothing in the file says for which device it is.</summary>
    public const string IdentityUnknown = "identity-unknown";

    /// <summary>Nothing in the file says what it is.</summary>
    public const string KindUnknown = "kind-unknown";

    /// <summary>Larger than any image that this loader is known to have taken; its limit is not known.</summary>
    public const string LimitUnknown = "limit-unknown";

    /// <summary>The file holds the MAC addresses and calibration of one unit; whose is not known.</summary>
    public const string UnitData = "unit-data";

    /// <summary>What the boot loader does with a file by this way is not known.</summary>
    public const string WayUnknown = "way-unknown";

    /// <summary>The right kind of file for another way.</summary>
    public const string WrongKind = "wrong-kind";
}
