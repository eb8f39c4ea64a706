namespace Unbrick.Recovery.BootLogs;

/// <summary>Why a line that looks bad is not.</summary>
public static class HarmlessWords
{
    /// <summary>A sentence for a code of <see cref="HarmlessLine"/>.</summary>
    public static string Of(string code) => SignatureLibrary.Shipped.Signatures.FirstOrDefault(s => s.Kind == SignKind.Harmless && s.Code == code)?.Says ?? code;
}
