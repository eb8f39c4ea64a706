namespace Unbrick.Tests.Hardware.Spi.Serprog;

/// <summary>What happens to the next command of a <see cref="FakeSerprog"/>.</summary>
public enum SerprogTrouble
{
    None,
    Refuse,
    Garble,
    LoseCommandByte,
    LoseAnswerByte,
    Close,
    Hang,
    Trickle,
}
