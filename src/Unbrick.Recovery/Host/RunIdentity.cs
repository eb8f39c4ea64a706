namespace Unbrick.Recovery.Host;

/// <summary>
/// One run of the program, told apart from every other one: a process id alone may be another program's by tomorrow.
/// </summary>
/// <param name="Pid">Process id.</param>
/// <param name="Started">When the process started, in whatever unit the system counts; only ever compared.</param>
/// <param name="Boot">Which boot of the machine; changes to the network do not outlive it. Empty where the system does not tell.</param>
/// <param name="Network">
/// Which network namespace; another one's adapters are not those that were changed. Empty where there are none.
/// </param>
public sealed record RunIdentity(int Pid, string Started, string Boot, string Network);
