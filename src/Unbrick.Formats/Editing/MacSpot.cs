namespace Unbrick.Formats.Editing;

/// <summary>A place of an image that holds a MAC address.</summary>
/// <param name="Role">What the address is for: <c>wan</c>, <c>wlan0</c>.</param>
/// <param name="At">Where it is stored.</param>
/// <param name="Increment">What the firmware adds to the stored address for this role.</param>
/// <param name="AsText">Stored as text, 17 characters.</param>
/// <param name="OnLabel">The stored address is the one on the case.</param>
public sealed record MacSpot(string Role, long At, int Increment, bool AsText, bool OnLabel)
{
    /// <summary>Bytes that the address takes there.</summary>
    public int Size => AsText ? 17 : 6;
}
