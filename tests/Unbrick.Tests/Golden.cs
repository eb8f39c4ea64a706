namespace Unbrick.Tests;

/// <summary>
/// Texts as users see them, in <c>tests/Unbrick.Tests/golden</c>. After a wanted change: run the test with UNBRICK_GOLDEN=write and look at
/// the difference before it is committed.
/// </summary>
internal static class Golden
{
    public static void Check(string name, string actual)
    {
        string path = Repository.PathOf($"tests/Unbrick.Tests/golden/{name}");
        if (Environment.GetEnvironmentVariable("UNBRICK_GOLDEN") == "write")
            File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }
}
