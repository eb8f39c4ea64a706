namespace Unbrick.Hardware.Serial;

/// <summary>What a serial line is and can do.</summary>
/// <param name="Name">As the user names it: <c>/dev/ttyUSB0</c>, <c>tcp:192.168.1.5:4000</c>, <c>sim:console/ralink</c>.</param>
/// <param name="HasRate">Whether <see cref="ISerialPort.TrySetBaud"/> reaches a real line; a plain TCP connection has no rate.</param>
/// <param name="HasLines">Whether DTR and RTS can be set.</param>
/// <param name="CountsErrors">Whether <see cref="ISerialPort.Errors"/> says anything.</param>
/// <param name="RoundTrip">How long a change of lines or rate takes at least to get there: zero at a local port, a network's time at RFC 2217.</param>
public sealed record SerialPortInfo(string Name, bool HasRate, bool HasLines, bool CountsErrors, TimeSpan RoundTrip);
