using System.Text;
using System.Text.Json;

namespace Abc.VMem.Db.Samples.Films;

/// <summary>
/// Reads films from a file with one JSON object a line, plain or compressed with gzip. Holds one line at a time.
/// </summary>
public sealed class FilmFile : IFilmSource
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
    };

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly string _path;

    /// <summary>Takes a file that exists.</summary>
    /// <exception cref="FilmFileException">There is no such file.</exception>
    public FilmFile(string path)
    {
        if (!File.Exists(path))
        {
            throw new FilmFileException($"There is no file {path}: give --file a .jsonl or .jsonl.gz file.");
        }

        _path = path;
    }

    /// <inheritdoc/>
    public string Name => _path;

    /// <inheritdoc/>
    public string Identity =>
        $"{Path.GetFileName(_path)} ({new FileInfo(_path).Length:N0} bytes)";

    /// <inheritdoc/>
    public string DatabaseName => Path.GetFileName(_path).Split('.')[0];

    /// <inheritdoc/>
    public FilmWords Words => FilmWords.OfCatalogue;

    /// <inheritdoc/>
    public IEnumerable<Film> Read(Action<double> progress)
    {
        using var file = OpenFile();
        using var lines = OpenLines(file);
        var number = 0;
        var isEmpty = true;
        while (ReadLine(lines, ++number) is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                isEmpty = false;
                yield return Parse(line, number);
                progress((double)file.Position / file.Length);
            }
        }

        if (isEmpty)
        {
            throw new FilmFileException($"{_path} holds no film: it needs one JSON object a line.");
        }
    }

    private FileStream OpenFile()
    {
        try
        {
            return new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FilmFileException($"The file {_path} can't be read: {OneLine(error)}", error);
        }
    }

    /// <summary>A gzip file is known by its first two bytes, whatever it is called.</summary>
    private StreamReader OpenLines(FileStream file)
    {
        try
        {
            var isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
            file.Position = 0;
            return new StreamReader(isGzip ? new WholeGzipStream(file) : file, StrictUtf8);
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw Broken(1, error);
        }
    }

    private string? ReadLine(StreamReader lines, int number)
    {
        try
        {
            return lines.ReadLine();
        }
        catch (Exception error) when (error is IOException or InvalidDataException or DecoderFallbackException)
        {
            throw Broken(number, error);
        }
    }

    private Film Parse(string line, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<Film>(line, Json) ?? throw new JsonException("null is no film.");
        }
        catch (JsonException error)
        {
            throw Broken(number, error);
        }
    }

    private FilmFileException Broken(int number, Exception error) =>
        new($"{_path}, line {number}: this is no film. {OneLine(error)}", error);

    private static string OneLine(Exception error) => error.Message.ReplaceLineEndings(" ");
}
