namespace Unbrick.Net.Tftp;

/// <summary>
/// Finds out which kind of loader answers, with packets that harm none: when block n was not answered in time, n-2 is sent in front of it.
/// A legacy U-Boot stores n-2 once more and acknowledges it; a strict one names the block it is at, once; others keep silent.
/// (u-boot net/tftp.c, v2020.07 and v2020.10; commit cc6b87ecaa9 stands between them.)
/// </summary>
internal sealed class LoaderEvidence
{
    /// <summary>
    /// A client that is taken for strict gets blocks ahead, and an ACK of a later block is believed for the earlier ones too. A legacy one
    /// treated like that could end with a hole in the image, so one sample (which a delayed packet might fake) is not enough.
    /// </summary>
    private const int StrictSamplesNeeded = 2;

    private long _probed = -1;
    private TimeSpan _until;
    private int _strictSamples, _rfcSamples;
    private bool _answered;

    /// <summary>The verdict.</summary>
    public LoaderKind Kind { get; private set; }

    /// <summary>n-2 and n were just sent.</summary>
    public void Probed(long block, TimeSpan now, TimeSpan answerWindow)
    {
        _probed = block;
        _until = now + answerWindow;
        _answered = false;
    }

    /// <summary>An ACK came that does not acknowledge the block waited for.</summary>
    public void OlderAck(long block, TimeSpan now)
    {
        if (_probed < 0 || now > _until)
            return;
        if (block == _probed - 2)
        {
            // Only a legacy loader ever acknowledges that block again, so this needs no second sample and outweighs the others.
            Kind = LoaderKind.UBootLegacy;
            _answered = true;
        }
        else if (block == _probed - 1 && !_answered)
        {
            _answered = true;
            if (++_strictSamples >= StrictSamplesNeeded && Kind != LoaderKind.UBootLegacy)
                Kind = LoaderKind.UBootStrict;
        }
    }

    /// <summary>It acknowledged blocks ahead, and never the one before them.</summary>
    public void TakesInOrder() => Kind = LoaderKind.UBootStrict;

    /// <summary>The block waited for was acknowledged.</summary>
    public void Progress(long block, TimeSpan now, bool looksLikeLoader)
    {
        // A repeat of n that is answered although nothing answered n-2: as RFC clients do (a strict loader does it once, too, so
        // this says nothing about a client that asks like a boot loader).
        if (block == _probed && !_answered && now <= _until && !looksLikeLoader && Kind == LoaderKind.Unknown && ++_rfcSamples >= 3)
            Kind = LoaderKind.Rfc;
        if (block >= _probed)
            _probed = -1;
    }
}
