using Phase = Unbrick.Hardware.Serial.Transfer.XmodemPhase;

namespace Unbrick.Hardware.Serial.Transfer;

/// <summary>What is sent again, and when.</summary>
public partial class XmodemSender
{
    private void Again()
    {
        Repeats++;
        _clean = 0;
        if (++_tries >= MostTries)
        {
            Fail(_answered ? TransferFault.Refused : TransferFault.Silent, tell: true);
            return;
        }
        _wentBack = _phase == Phase.Data && _tries % TriesBeforeGoingBack == 0 && !_blocks.Previous.IsEmpty;
        _out = _phase == Phase.End ? XmodemWire.EndOfFile : _wentBack ? _blocks.Previous : _blocks.Current;
    }

    private void TimeIsUp()
    {
        switch (_phase)
        {
            case Phase.Start:
                Fail(TransferFault.NoStart, tell: true);
                break;
            case Phase.SecondStart:
                _phase = Phase.Data;
                SendNew();
                break;
            case Phase.AfterEnd:
                SendLastName();
                break;
            case Phase.LastName:
                // The whole file is acknowledged; U-Boot does not wait for this block longer than 2 s and then prints.
                _phase = Phase.Done;
                break;
            case Phase.Name or Phase.Data or Phase.End:
                Again();
                break;
        }
    }
}
