using System.Collections.Immutable;
using System.Text;

namespace Unbrick.Sim.Esp;

/// <summary>Why a chip begins anew, as its boot text tells it.</summary>
internal enum EspCause
{
    /// <summary>The power came.</summary>
    Power,

    /// <summary>The reset pin.</summary>
    Pin,

    /// <summary>A program wanted it, or an exception ended one.</summary>
    Software,

    /// <summary>The watchdog.</summary>
    Watchdog,
}

/// <summary>Text that a chip sends while it starts.</summary>
/// <param name="After">Time since the text before had left.</param>
/// <param name="Baud">Rate.</param>
/// <param name="Text">The bytes.</param>
internal sealed record EspText(TimeSpan After, int Baud, byte[] Text);

/// <summary>What happens when a chip starts from its flash.</summary>
/// <param name="Texts">What it sends, in order.</param>
/// <param name="Again">Why it begins anew afterwards; null when it runs on, or hangs.</param>
/// <param name="Pause">How long it takes until then.</param>
internal sealed record EspStart(ImmutableArray<EspText> Texts, EspCause? Again, TimeSpan Pause)
{
    /// <summary>Collects the texts.</summary>
    public sealed class Builder
    {
        private readonly ImmutableArray<EspText>.Builder _texts = ImmutableArray.CreateBuilder<EspText>();

        /// <summary>Adds text that comes some time after the one before.</summary>
        public Builder Say(int baud, string text, int milliseconds = 1)
        {
            _texts.Add(new EspText(TimeSpan.FromMilliseconds(milliseconds), baud, Encoding.ASCII.GetBytes(text)));
            return this;
        }

        /// <summary>It runs on, or hangs.</summary>
        public EspStart Stays() => new(_texts.ToImmutable(), null, TimeSpan.Zero);

        /// <summary>It begins anew.</summary>
        public EspStart Restarts(EspCause cause, int milliseconds) => new(_texts.ToImmutable(), cause, TimeSpan.FromMilliseconds(milliseconds));
    }
}
