namespace Unbrick.Recovery.BootLogs;

/// <summary>A line that a signature fits.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Signature">Which one.</param>
/// <param name="Text">What it says, cut.</param>
/// <param name="Kernel">Seconds since the kernel started; null without.</param>
/// <param name="Hearsay">In somebody's words, and no line of a console.</param>
internal sealed record BootEvent(long Line, BootSignature Signature, string Text, double? Kernel, bool Hearsay)
{
    public BootStage Stage => Signature.Stage;

    public SignKind Kind => Signature.Kind;

    public bool Is(string id) => Signature.Id == id;
}
