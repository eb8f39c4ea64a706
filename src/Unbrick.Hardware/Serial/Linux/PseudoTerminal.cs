using Unbrick.Hardware.Native;

namespace Unbrick.Hardware.Serial.Linux;

/// <summary>
/// The other end of a serial port that another program opens (pty(7)): its bytes, and the rate that it has set. There are no modem lines. The port stays
/// when a program leaves it, so the next one can come.
/// </summary>
public sealed unsafe class PseudoTerminal : IDisposable
{
    private const nuint GetNumber = 0x8004_5430, SetLock = 0x4004_5431; // TIOCGPTN, TIOCSPTLCK (asm-generic/ioctls.h)

    private readonly string? _link;
    private int _master;
    private int _held;

    private PseudoTerminal(int master, int held, string path, string? link) => (_master, _held, Path, _link) = (master, held, path, link);

    /// <summary>The port: <c>/dev/pts/7</c>.</summary>
    public string Path { get; }

    /// <summary>The rate that the program at the port has set; 0 when it is not known.</summary>
    public int Baud
    {
        get
        {
            Posix.Terminal terminal;
            return Posix.Control(_master, Posix.GetTerminal, &terminal) < 0 ? 0 : (int)terminal.OutputSpeed;
        }
    }

    /// <summary>Makes one.</summary>
    /// <param name="link">A symbolic link to make to it; an old link is replaced, anything else is not.</param>
    /// <exception cref="SerialPortException">The system has none, or the link cannot be made.</exception>
    public static PseudoTerminal Create(string? link)
    {
        if (!OperatingSystem.IsLinux())
            throw new SerialPortException(SerialStatus.NotSupported, "pseudo-terminals are there on Linux only");
        NativeLibraries.Ready();
        const int flags = Posix.ReadWrite | Posix.NoControllingTerminal | Posix.NonBlocking | Posix.CloseOnExec;
        int master = Posix.Open("/dev/ptmx", flags), number = 0, free = 0;
        if (master < 0 || Posix.Control(master, SetLock, &free) < 0 || Posix.Control(master, GetNumber, &number) < 0)
            throw Failed(master);
        string path = $"/dev/pts/{number}";
        int held = Posix.Open(path, flags); // as long as it is open, bytes for a port that nobody has are not an error
        if (held < 0 || !SetUp(held))
            throw Failed(master);
        try
        {
            if (link is not null)
            {
                if (new FileInfo(link).LinkTarget is not null)
                    File.Delete(link);
                File.CreateSymbolicLink(link, path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _ = Posix.Close(held);
            _ = Posix.Close(master);
            string why = e switch
            {
                DirectoryNotFoundException => "its folder is not there",
                UnauthorizedAccessException => "its folder may not be written to",
                _ => "there is something of this name that is no link",
            };
            throw new SerialPortException(SerialStatus.NotPermitted, why);
        }
        return new PseudoTerminal(master, held, path, link);
    }

    /// <summary>Takes what the program has written; 0 when there is nothing.</summary>
    public int Read(Span<byte> into)
    {
        fixed (byte* bytes = into)
            return (int)Math.Max(0, Posix.Read(_master, bytes, (nuint)into.Length));
    }

    /// <summary>Gives bytes to the program; what it does not take in time is lost, as at a port.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            for (int done = 0; done < bytes.Length;)
            {
                nint count = Posix.Write(_master, first + done, (nuint)(bytes.Length - done));
                if (count <= 0)
                    return;
                done += (int)count;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        int held = Interlocked.Exchange(ref _held, -1), master = Interlocked.Exchange(ref _master, -1);
        if (held >= 0)
            _ = Posix.Close(held);
        if (master < 0)
            return;
        _ = Posix.Close(master);
        if (_link is not null && new FileInfo(_link).LinkTarget == Path)
            File.Delete(_link);
    }

    private static bool SetUp(int descriptor)
    {
        Posix.Terminal terminal;
        if (Posix.Control(descriptor, Posix.GetTerminal, &terminal) < 0)
            return false;
        terminal.Input = terminal.Output = terminal.Local = 0; // bytes as they are
        return Posix.Control(descriptor, Posix.SetTerminal, &terminal) >= 0;
    }

    private static SerialPortException Failed(int master)
    {
        (_, string text) = Posix.LastError();
        if (master >= 0)
            _ = Posix.Close(master);
        return new SerialPortException(SerialStatus.NotSupported, text);
    }
}
