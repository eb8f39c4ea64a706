namespace Unbrick.Recovery.Loaders.Steps;

/// <summary>Files that steps write: under another name first, so that there is never half of one.</summary>
internal static class StepFile
{
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        string part = path + ".part";
        using (FileStream file = new(part, FileMode.Create, FileAccess.Write))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(part, path, overwrite: true);
    }
}
