using System.Text;

namespace Unbrick.Cli.Terminal;

/// <summary>Keys as bytes, one by one from a keyboard, or as they come from a pipe. Each is read on a thread that ends with the process.</summary>
internal static class KeyboardReader
{
    private const int BufferSize = 4096;

    /// <summary>Starts to read the keyboard; Ctrl-C is a key like all others.</summary>
    /// <param name="typed">Takes the bytes of each key.</param>
    public static void ReadKeyboard(Action<byte[]> typed)
    {
        Console.TreatControlCAsInput = true;
        Start(() =>
        {
            while (true)
                typed(Bytes(Console.ReadKey(intercept: true)));
        });
    }

    /// <summary>Starts to read a pipe.</summary>
    /// <param name="input">The pipe.</param>
    /// <param name="typed">Takes the bytes.</param>
    /// <param name="ended">Is told the end, and whether there was anything.</param>
    public static void ReadPipe(Stream input, Action<byte[]> typed, Action<bool> ended)
    {
        Start(() =>
        {
            byte[] buffer = new byte[BufferSize];
            bool any = false;
            try
            {
                for (int count; (count = input.Read(buffer)) > 0; any = true)
                    typed(buffer[..count]);
            }
            catch (IOException)
            {
                // the pipe is gone: the same as its end
            }
            ended(any);
        });
    }

    /// <summary>What a terminal sends for a key (ECMA-48, xterm).</summary>
    internal static byte[] Bytes(ConsoleKeyInfo key) => key.Key switch
    {
        ConsoleKey.UpArrow => "\e[A"u8.ToArray(),
        ConsoleKey.DownArrow => "\e[B"u8.ToArray(),
        ConsoleKey.RightArrow => "\e[C"u8.ToArray(),
        ConsoleKey.LeftArrow => "\e[D"u8.ToArray(),
        ConsoleKey.Home => "\e[H"u8.ToArray(),
        ConsoleKey.End => "\e[F"u8.ToArray(),
        ConsoleKey.Delete => "\e[3~"u8.ToArray(),
        ConsoleKey.PageUp => "\e[5~"u8.ToArray(),
        ConsoleKey.PageDown => "\e[6~"u8.ToArray(),
        ConsoleKey.Enter => [(byte)'\r'],
        ConsoleKey.Backspace => [0x7F],
        _ when key.KeyChar == '\0' => key.Key == ConsoleKey.Spacebar ? [0] : [],
        _ => Encoding.UTF8.GetBytes([key.KeyChar]),
    };

    private static void Start(ThreadStart read) => new Thread(read) { IsBackground = true, Name = "keys" }.Start();
}
