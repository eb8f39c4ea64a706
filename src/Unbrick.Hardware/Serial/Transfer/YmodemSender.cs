namespace Unbrick.Hardware.Serial.Transfer;

/// <summary>
/// Sends by YMODEM: a block with name and length goes first, so that the peer has exactly the bytes of the file. What makes common senders slow
/// with U-Boot (lrzsz: 3 kB/s at 115200) is waiting: for a second <c>C</c> when the first one was thrown away (4.75 s), and behind the name for
/// a <c>C</c> that U-Boot never sends (4.25 s). This one answers the first and does not wait for the second.
/// </summary>
/// <param name="file">The bytes.</param>
/// <param name="name">The name to announce; U-Boot ignores it.</param>
/// <param name="options">How.</param>
public sealed class YmodemSender(ReadOnlyMemory<byte> file, string name, XmodemOptions? options = null)
    : XmodemSender(file, name, options ?? new XmodemOptions());
