namespace Unbrick.Hardware.Spi.Flash;

/// <summary>
/// How many status bytes to read after a page: a little more than the slowest of the last pages needed. Too few, and the queue has to stop
/// and put pages again; too many, and each page pays for it.
/// </summary>
/// <param name="first">For the first pages.</param>
/// <param name="most">Never more.</param>
internal sealed class PagePace(int first, int most)
{
    private const int FirstWindow = 16;
    private const int Window = 256;
    private const int UnseenEnough = 2;
    private const int AfterUnseen = 2;

    private int _slowest;
    private int _count;
    private int _window = FirstWindow;
    private int _unseen;

    /// <summary>Bytes of status to read after a page.</summary>
    public int PollLength { get; private set; } = Math.Clamp(first, 1, most);

    /// <summary>
    /// Pages are over before their status is read, as with a programmer that answers from far away: a chip that was not seen busy is nothing
    /// to stop for then, and its id is asked for instead.
    /// </summary>
    public bool IsUnseenUsual => _unseen >= UnseenEnough;

    /// <summary>A page needed so many bytes of status.</summary>
    public void Saw(int bytes)
    {
        _unseen = 0;
        _slowest = Math.Max(_slowest, bytes);
        if (++_count < _window)
            return;
        PollLength = Roomy(_slowest);
        _window = Window;
        _count = 0;
        _slowest = 0;
    }

    /// <summary>A page needed more than was read for it.</summary>
    public void WasLate(long bytes)
    {
        PollLength = Math.Max(PollLength, Roomy((int)Math.Min(bytes, most)));
        _window = Window;
        _count = 0;
    }

    /// <summary>A page was taken without having been seen busy.</summary>
    public void WasUnseen()
    {
        if (++_unseen == UnseenEnough)
            PollLength = AfterUnseen;
    }

    private int Roomy(int bytes) => Math.Clamp(bytes + (bytes / 16) + 2, 1, most);
}
