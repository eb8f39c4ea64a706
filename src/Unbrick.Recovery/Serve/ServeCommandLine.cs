using System.Globalization;
using Unbrick.Net.Host;

namespace Unbrick.Recovery.Serve;

/// <summary>Writes options as the command that a user would type, for advice that can be copied.</summary>
internal static class ServeCommandLine
{
    /// <summary>The same run once more, with another address.</summary>
    public static string With(ServeOptions options, AdapterAddress address)
    {
        List<string> words = ["unbrick", "serve"];
        Add(options.Device, "");
        Add(options.Image, "");
        Add(options.Root, "--root");
        Add(options.Interface, "--interface");
        Add(address.ToString(), "--address");
        Flag(options.Dhcp is false, "--no-dhcp");
        Add(options.Pool is { } pool ? $"{pool.First}-{pool.Last}" : null, "--dhcp-pool");
        Add(options.BootFile, "--boot-file");
        Add(options.Port == 69 ? null : options.Port.ToString(CultureInfo.InvariantCulture), "--port");
        Flag(options.SinglePort, "--single-port");
        Add(options.Forever == (options.Root is not null) ? null : options.Forever ? "forever" : "done", "--until");
        Flag(options.AnyName, "--any-name");
        Flag(options.Anyway, "--anyway");
        Add(options.Uploads, "--uploads");
        return string.Join(' ', words);

        void Add(string? value, string option)
        {
            if (value is null)
                return;
            Flag(option.Length > 0, option);
            words.Add(Quoted(value));
        }

        void Flag(bool set, string option)
        {
            if (set)
                words.Add(option);
        }
    }

    /// <summary>Double quotes do in every shell for what people call their files.</summary>
    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '\\' or ':' or '=' or '%' or ',' or '+' or '~')
            ? word : $"\"{word}\"";
}
