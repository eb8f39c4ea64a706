namespace Unbrick.Recovery.Loaders.Steps;

/// <summary>A step that begins at a menu and not at a prompt.</summary>
public interface IMenuStep : ILoaderStep;
