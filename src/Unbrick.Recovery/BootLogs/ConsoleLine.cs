namespace Unbrick.Recovery.BootLogs;

/// <summary>A line of a console or of a pasted log, without what terminals, kernels and forums put around it.</summary>
/// <param name="Number">Of the line in the log, from 1: line feeds before it, plus one.</param>
/// <param name="Text">What it says: no control characters, no colours, time stamps and quoting taken off.</param>
/// <param name="Raw">The same with them.</param>
/// <param name="Kernel">Seconds since the kernel started, from <c>[   12.345678]</c>; null without.</param>
/// <param name="Clock">Seconds of a time of day that a terminal wrote in front; null without.</param>
/// <param name="At">When it arrived on a live line, from any beginning.</param>
/// <param name="Garbage">Bytes or characters that are no text of a console.</param>
/// <param name="Prose">Somebody telling of a log, and no line of one.</param>
internal readonly record struct ConsoleLine(
    long Number, string Text, string Raw, double? Kernel, double? Clock, TimeSpan At, int Garbage, bool Prose);
