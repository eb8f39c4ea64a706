namespace Unbrick.Recovery.Loaders.Steps;

/// <summary>Tells a loader its address and that of the server, for as long as it runs: these variables are ours and are never saved.</summary>
internal static class NetworkNames
{
    /// <summary>Sets them.</summary>
    /// <param name="session">At a prompt.</param>
    /// <param name="device">The device's address; null leaves it.</param>
    /// <param name="server">The server's; null leaves it.</param>
    /// <param name="ct">Stops it.</param>
    public static void Tell(LoaderSession session, string? device, string? server, CancellationToken ct)
    {
        Set(session, "ipaddr", device, ct);
        Set(session, "serverip", server, ct);
    }

    private static void Set(LoaderSession session, string name, string? value, CancellationToken ct)
    {
        if (value is null)
            return;
        bool wasSet = session.Unsaved.Contains(name);
        new SetStep(name, value).Run(session, ct);
        if (!wasSet)
            session.Unsaved.Remove(name); // not the user's
    }
}
