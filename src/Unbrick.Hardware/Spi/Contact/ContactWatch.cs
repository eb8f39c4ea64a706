using Unbrick.Hardware.Spi.Flash;

namespace Unbrick.Hardware.Spi.Contact;

/// <summary>How a clip sits, from one moment to the next.</summary>
public enum ClipState
{
    /// <summary>Nothing but ones or zeros.</summary>
    Silent,

    /// <summary>Something answers, each time something else.</summary>
    Unsteady,

    /// <summary>The same id, but not for long enough yet.</summary>
    Sitting,

    /// <summary>The same id each time for <see cref="ContactWatch.LongEnough"/>: do not touch it any more.</summary>
    Stable,
}

/// <summary>What a watch says after a look.</summary>
/// <param name="State">See there.</param>
/// <param name="Id">The last answer, lower-case hex.</param>
/// <param name="SittingFor">How long the same id has come without a break.</param>
/// <param name="Slips">How often it was lost after it had been there.</param>
public readonly record struct ContactWatchState(ClipState State, string Id, TimeSpan SittingFor, int Slips);

/// <summary>Watches a clip while it is being put on: takes one look after the other and says when it sits.</summary>
public sealed class ContactWatch
{
    private const int LeastLooks = 8;

    private string _last = "";
    private TimeSpan _since;
    private int _looks;
    private int _slips;

    /// <summary>How long it must sit: two seconds, and at least eight looks.</summary>
    public static TimeSpan LongEnough { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Takes a look.</summary>
    /// <param name="at">When; never before the last one.</param>
    /// <param name="answers">One or more answers to 9F behind each other.</param>
    /// <param name="length">Bytes of each.</param>
    public ContactWatchState Add(TimeSpan at, ReadOnlySpan<byte> answers, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(answers.Length, length);
        ReadOnlySpan<byte> first = answers[..length];
        string id = Convert.ToHexStringLower(first);
        bool isSteady = true;
        for (int i = length; i + length <= answers.Length; i += length)
            isSteady &= answers.Slice(i, length).SequenceEqual(first);
        bool isSilent = NorCommands.IsBlank(answers);
        if (isSilent || !isSteady)
        {
            Lose();
            return new(isSilent ? ClipState.Silent : ClipState.Unsteady, id, TimeSpan.Zero, _slips);
        }
        if (id != _last)
        {
            bool isOther = _last.Length > 0;
            Lose();
            _last = id;
            _since = at;
            _looks = 1;
            return new(isOther ? ClipState.Unsteady : ClipState.Sitting, id, TimeSpan.Zero, _slips);
        }
        _looks++;
        TimeSpan sitting = at - _since;
        return new(sitting >= LongEnough && _looks >= LeastLooks ? ClipState.Stable : ClipState.Sitting, id, sitting, _slips);
    }

    private void Lose()
    {
        if (_last.Length > 0)
            _slips++;
        _last = "";
        _looks = 0;
    }
}
