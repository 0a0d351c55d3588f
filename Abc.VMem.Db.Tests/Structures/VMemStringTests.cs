using System.Text;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Structures;

public sealed class VMemStringTests : IDisposable
{
    private readonly PoolFixture _fixture = new();
    private readonly VMemString _text;

    public VMemStringTests() => _text = new VMemString(_fixture.Pool, Pool.StartAddress);

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void String_NeverWritten_ReadsAsEmpty()
    {
        Assert.True(_text.IsEmpty);
        Assert.Equal((0L, 0L), (_text.ByteCount, _text.PageCount));
        Assert.Equal("", _text.ToString());
        Assert.Empty(_text);
        Assert.Equal("", _text.OpenReader().ReadToEnd());
        Assert.Equal(0, _text.IndexOf(""));
        Assert.Equal(-1, _text.IndexOf("a"));
        _text.Append("");
        _text.Clear();
        _text.Remove(0, 0);
        Assert.Equal(2, _fixture.Pool.GetStatistics().PageCount);
    }

    [Fact]
    public void Append_TextOfAllLengths_ComesBack()
    {
        var model = new StringBuilder();
        for (int i = 0; i < 200; i++)
        {
            model.Append(i).Append("é€😀");
            _text.Append(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            _text.Append("é€😀");
        }

        _text.Append('x');
        _text.AppendLine();
        _text.AppendLine("line");
        model.Append("x\nline\n");
        Assert.Equal(model.ToString(), _text.ToString());
        Assert.Equal(model.ToString(), string.Concat(_text));
        Assert.Equal(Encoding.UTF8.GetByteCount(model.ToString()), _text.ByteCount);
    }

    [Fact]
    public void Append_LongText_FillsPages()
    {
        string text = string.Concat(Enumerable.Repeat("0123456789€", 5_000));
        _text.Append(text);
        Assert.Equal(text, _text.ToString());
        Assert.Equal((_text.ByteCount + 4047) / 4048, _text.PageCount);
        _text.Set("short");
        Assert.Equal("short", _text.ToString());
        Assert.Equal(1, _text.PageCount);
    }

    [Fact]
    public void Edit_FarBeyondTheCap_IsOneTransaction()
    {
        // 500 pages through a pool of 16, each call in one transaction.
        string text = string.Concat(Enumerable.Repeat("0123456789abcde\n", 125_000));
        _text.Append(text);
        Assert.Equal(text.Length, _text.ByteCount);
        _text.Insert(1_000_000, text);
        Assert.Equal(text[..1_000_000] + text + text[1_000_000..], _text.ToString());
        _text.Remove(500_000, 3_000_000);
        Assert.Equal(text[..500_000] + text[1_500_000..], _text.ToString());
        _text.Set(text);
        Assert.Equal(text, _text.ToString());
        using (var stream = _text.OpenStream(FileAccess.Write))
        {
            stream.SetLength(100);
            stream.SetLength(1_000_000);
        }

        Assert.Equal(text[..100] + new string('\0', 999_900), _text.ToString());
    }

    // Not a theory: its data would lose what they are about.
    [Fact]
    public void Append_HalfSurrogatePair_ThrowsAndChangesNothing()
    {
        _text.Append("before");
        Assert.All(["\uD83D", "a\uDE00b", "😀\uD83D", "\uDE00\uD83D"], RefusesHalfPair);
        Assert.Throws<ArgumentException>(() => _text.Append('\uDE00'));
        Assert.Equal("before", _text.ToString());
    }

    [Fact]
    public void Edit_InsideCharacter_ThrowsAndChangesNothing()
    {
        _text.Append("a€b");
        foreach (int offset in (int[])[2, 3])
        {
            Assert.Throws<ArgumentException>(() => _text.Insert(offset, "x"));
            Assert.Throws<ArgumentException>(() => _text.Remove(offset, 1));
            Assert.Throws<ArgumentException>(() => _text.Remove(0, offset));
            Assert.Throws<ArgumentException>(() => _text.Truncate(offset));
            Assert.Throws<ArgumentException>(() => _text.Substring(offset, 0));
            Assert.Throws<ArgumentException>(() => _text.Substring(0, offset));
        }

        foreach (int offset in (int[])[-1, 6])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => _text.Insert(offset, "x"));
            Assert.Throws<ArgumentOutOfRangeException>(() => _text.Remove(offset, 0));
            Assert.Throws<ArgumentOutOfRangeException>(() => _text.Remove(0, offset));
            Assert.Throws<ArgumentOutOfRangeException>(() => _text.Truncate(offset));
            Assert.Throws<ArgumentOutOfRangeException>(() => _text.Substring(0, offset));
            Assert.Throws<ArgumentOutOfRangeException>(() => _text.IndexOf("a", offset));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => _text.Remove(1, long.MaxValue));
        Assert.Equal("a€b", _text.ToString());
        using var transaction = _fixture.Pool.BeginTransaction();
        var text = new VMemString(transaction, Pool.StartAddress);
        Assert.Throws<ArgumentException>(() => text.Insert(2, "x"));
        Assert.False(transaction.IsDoomed);
    }

    [Fact]
    public void IndexOf_TextOverPageEdges_IsFound()
    {
        string filler = string.Concat(Enumerable.Repeat("ab€", 3_000));
        for (int shift = 0; shift < 12; shift++)
        {
            // The needle lies over the edge of the first page, at 4,048.
            string before = filler[..2_415] + new string('x', shift);
            _text.Set(before + "née😀dle" + filler);
            long expected = Encoding.UTF8.GetByteCount(before);
            Assert.Equal(expected, _text.IndexOf("née😀dle"));
            Assert.Equal(expected, _text.IndexOf("née😀dle", expected));
            Assert.Equal(-1, _text.IndexOf("née😀dle", expected + 1));
            Assert.Equal(_text.ByteCount - 5, _text.IndexOf("ab€", _text.ByteCount - 5));
            Assert.Equal("née😀dle", _text.Substring(expected, 11));
        }

        Assert.True(_text.Contains(filler));
        Assert.False(_text.Contains(filler + "z"));
    }

    [Fact]
    public void Read_BytesThatAreNoText_SaysDamage()
    {
        using (var stream = _text.OpenStream(FileAccess.Write))
        {
            stream.Write(new byte[5_000].Select(_ => (byte)'a').ToArray());
            stream.WriteByte(0xC3);
        }

        Assert.Throws<CorruptDatabaseException>(() => _text.ToString());
        Assert.Throws<CorruptDatabaseException>(() => string.Concat(_text));
        Assert.Throws<CorruptDatabaseException>(() => _text.OpenReader().ReadToEnd());
        Assert.Equal("aaa", _text.Substring(4_990, 3));

        // The other half of the character makes it text again.
        using (var stream = _text.OpenStream(FileAccess.Write))
        {
            stream.Seek(0, SeekOrigin.End);
            stream.WriteByte(0xA9);
        }

        Assert.EndsWith("aaé", _text.ToString(), StringComparison.Ordinal);
        _text.Clear();
    }

    [Fact]
    public void Enumeration_TextChangedMeanwhile_SeesItsStartOrThrows()
    {
        string text = new('a', 9_000);
        _text.Append(text);
        var seen = new StringBuilder();
        foreach (char value in _text)
        {
            if (seen.Length == 10)
            {
                _text.Set("b");
            }

            seen.Append(value);
        }

        Assert.Equal(text, seen.ToString());
        using var transaction = _fixture.Pool.BeginTransaction();
        var inner = new VMemString(transaction, Pool.StartAddress);
        Assert.Throws<InvalidOperationException>(() =>
        {
            foreach (char _ in inner)
            {
                inner.Insert(0, "c");
            }
        });
    }

    [Fact]
    public void View_OfSnapshot_KeepsItsText()
    {
        _text.Append("one");
        using var snapshot = _fixture.Pool.BeginSnapshot();
        _text.Append(" two");
        var view = new VMemStringView(snapshot, Pool.StartAddress);
        Assert.Equal("one", view.ToString());
        Assert.Equal("one", view.OpenReader().ReadToEnd());
        Assert.Equal(3, view.ByteCount);
        Assert.False(view.OpenStream().CanWrite);
    }

    [Fact]
    public void String_PlaceOfAList_Throws()
    {
        var list = new VMemList<byte>(_fixture.Pool, Pool.StartAddress) { 1 };
        Assert.Throws<ArgumentException>(() => _text.Append("a"));
        Assert.Throws<ArgumentException>(() => _text.ToString());
        list.Clear();
        _text.Append("a");
    }

    private void RefusesHalfPair(string text)
    {
        Assert.Throws<ArgumentException>(() => _text.Append(text));
        Assert.Throws<ArgumentException>(() => _text.AppendLine(text));
        Assert.Throws<ArgumentException>(() => _text.Insert(0, text));
        Assert.Throws<ArgumentException>(() => _text.Set(text));
        Assert.Throws<ArgumentException>(() => _text.IndexOf(text));
    }
}
