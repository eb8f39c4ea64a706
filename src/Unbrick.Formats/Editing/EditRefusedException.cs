namespace Unbrick.Formats.Editing;

/// <summary>An edit that cannot be right: nothing was changed.</summary>
public sealed class EditRefusedException : Exception
{
    public EditRefusedException(string what, string reason, string code) : base($"{what}: {reason}") => (What, Reason, Code) = (what, reason, code);

    /// <summary>The edit, in words: <c>MAC address wan=01:…</c>.</summary>
    public string What { get; }

    /// <summary>Half a sentence: why not.</summary>
    public string Reason { get; }

    /// <summary>One of <see cref="FlawCode"/>.</summary>
    public string Code { get; }
}
