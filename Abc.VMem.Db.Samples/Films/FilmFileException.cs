namespace Abc.VMem.Db.Samples.Films;

/// <summary>A file of films can't be read; the message is one line for the user.</summary>
public sealed class FilmFileException(string message, Exception? inner = null) : Exception(message, inner);
