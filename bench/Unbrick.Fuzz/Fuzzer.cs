using System.Security.Cryptography;

namespace Unbrick.Fuzz;

/// <summary>Carries a <see cref="FuzzPlan"/> out. Time and memory are bounded, too: a step that hangs or hoards is a failure.</summary>
/// <param name="time">For the bound on a step; a clock that stands still switches it off.</param>
internal sealed class Fuzzer(TimeProvider time)
{
    /// <summary>So long for one packet or one story means that something does not end; a busy machine alone does not take it.</summary>
    private static readonly TimeSpan s_mostForOne = TimeSpan.FromSeconds(5);

    /// <summary>What the servers may hold on to, and what one packet may take in passing, on the average.</summary>
    private const long MostKept = 8 << 20, MostForOnePacket = 16 << 10, MostForOneSequence = 1 << 20;

    private const int PacketsBetweenGoodClients = 1000;

    public FuzzResult Run(FuzzPlan plan)
    {
        using IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long kept = GC.GetTotalMemory(forceFullCollection: true);
        (int packets, int served, long answers, string? failure) = Packets(plan, digest);
        long steps = 0;
        int sequences = 0;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (; failure is null && sequences < plan.Sequences; sequences++)
        {
            SequenceFuzz sequence = new(plan.SeedOf(sequences), digest);
            failure = Try(sequence.Run, () => $"--seed {plan.Seed}, sequence {sequences}:\n{sequence.Story}");
            steps += sequence.Steps;
            answers += sequence.Answers;
            served++;
        }
        failure ??= Bounded((GC.GetAllocatedBytesForCurrentThread() - allocated) / Math.Max(1, sequences), MostForOneSequence, "for a sequence");
        failure ??= Bounded(GC.GetTotalMemory(forceFullCollection: true) - kept, MostKept, "kept");
        string hash = Convert.ToHexStringLower(digest.GetHashAndReset())[..16];
        return new FuzzResult(packets, sequences, steps, answers, served, hash, failure);
    }

    private (int Packets, int Served, long Answers, string? Failure) Packets(FuzzPlan plan, IncrementalHash digest)
    {
        PacketFuzz fuzz = new(plan.Seed, digest);
        long before = GC.GetTotalMemory(forceFullCollection: true), allocated = GC.GetAllocatedBytesForCurrentThread();
        string? failure = null;
        int packets = 0, served = 0;
        while (failure is null && packets < plan.Packets)
        {
            failure = Try(fuzz.Step, () => $"--seed {plan.Seed}, packet {packets}: {Convert.ToHexString(fuzz.Last)}");
            if (++packets % PacketsBetweenGoodClients == 0)
            {
                failure ??= Try(fuzz.ServeGoodClient, () => $"--seed {plan.Seed}, good client after packet {packets}");
                served++;
            }
        }
        failure ??= Bounded((GC.GetAllocatedBytesForCurrentThread() - allocated) / Math.Max(1, packets), MostForOnePacket, "for a packet");
        failure ??= Bounded(GC.GetTotalMemory(forceFullCollection: true) - before, MostKept, "kept by the servers");
        GC.KeepAlive(fuzz);
        return (packets, served, fuzz.Answers, failure);
    }

    private string? Try(Action step, Func<string> describe)
    {
        long began = time.GetTimestamp();
        try
        {
            step();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return $"{describe()}\n{e}";
        }
        TimeSpan took = time.GetElapsedTime(began);
        return took > s_mostForOne ? $"{describe()}\ntook {took}" : null;
    }

    private static string? Bounded(long bytes, long most, string what) =>
        bytes > most ? $"{bytes:N0} bytes {what}, {most:N0} at the most" : null;
}
