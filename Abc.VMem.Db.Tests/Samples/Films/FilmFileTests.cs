using System.IO.Compression;
using System.Text;
using Abc.VMem.Db.Samples.Films;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Samples.Films;

public sealed class FilmFileTests : IDisposable
{
    private const string Good =
        """{"id":7,"title":"A Film","year":1999,"cast":["X"],"genres":[],"thumbnail_width":320}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_LinesPlainOrPacked_GivesFilms(bool packed)
    {
        var film = Assert.Single(Read(Write(Good + "\n\n", packed)));
        Assert.Equal((7, "A Film", 1999, 320), (film.Id, film.Title, film.Year, film.ThumbnailWidth));
        Assert.Equal(["X"], film.Cast);
        Assert.Null(film.Extract);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \n")]
    public void Read_NoLine_SaysThatThereIsNoFilm(string text) =>
        Assert.Contains("no film", ReadError(Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal);

    [Theory]
    [InlineData("no json", "line 2")]
    [InlineData("[]", "line 2")]
    [InlineData("null", "line 2")]
    [InlineData("""{"id":1,"year":1999}""", "title")]
    [InlineData("""{"id":1,"title":null,"year":1999}""", "line 2")]
    [InlineData("""{"id":1,"title":"A","year":"soon"}""", "year")]
    [InlineData("""{"id":1,"title":"A","year":1999""", "line 2")]
    public void Read_BrokenLine_NamesFileAndLineInOneLine(string broken, string expected)
    {
        var path = Write($"{Good}\n{broken}\n{Good}", packed: false);
        var error = Assert.Throws<FilmFileException>(() => Read(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Read_NotText_NamesTheLine() =>
        Assert.Contains("line 1", ReadError([0xFF, 0xFE, 0x80, 0x0A]), StringComparison.Ordinal);

    /// <summary>A cut file must not pass for a short one, wherever its data was cut.</summary>
    [Fact]
    public void Read_CutPackedFile_Throws()
    {
        const int MagicBytes = 2;
        var lines = Enumerable.Range(0, 100).Select(i => Good.Replace("7", $"{i}", StringComparison.Ordinal) + "\n");
        var bytes = File.ReadAllBytes(Write(string.Concat(lines), packed: true));
        for (var cut = MagicBytes; cut < bytes.Length; cut++)
        {
            Assert.Contains("films.jsonl", ReadError(bytes[..cut]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_DamagedPackedFile_Throws()
    {
        var bytes = File.ReadAllBytes(Write(string.Concat(Enumerable.Repeat(Good + "\n", 100)), packed: true));
        bytes[bytes.Length / 2] ^= 0xFF;
        Assert.Contains("films.jsonl", ReadError(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_MissingFile_SaysSo()
    {
        var path = _folder.File("absent.jsonl");
        var error = Assert.Throws<FilmFileException>(() => new FilmFile(path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Catalogue_HasEveryFilm()
    {
        if (FilmSources.FindCatalogue() is { } path)
        {
            var films = Read(path);
            Assert.Equal(36_273, films.Count);
            Assert.Equal(133_326, films.Sum(film => film.Cast.Count));
            Assert.Equal(films.Count, films.Select(film => film.Id).Distinct().Count());
        }
    }

    private static List<Film> Read(string path)
    {
        var last = 0.0;
        var films = new FilmFile(path).Read(done => last = done).ToList();
        Assert.Equal(1.0, last);
        return films;
    }

    private string ReadError(byte[] bytes)
    {
        var path = _folder.File("films.jsonl");
        File.WriteAllBytes(path, bytes);
        return Assert.Throws<FilmFileException>(() => new FilmFile(path).Read(_ => { }).Count()).Message;
    }

    private string Write(string text, bool packed)
    {
        var path = _folder.File("films.jsonl");
        using var file = File.Create(path);
        using var stream = packed ? new GZipStream(file, CompressionLevel.Fastest) : (Stream)file;
        stream.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }
}
