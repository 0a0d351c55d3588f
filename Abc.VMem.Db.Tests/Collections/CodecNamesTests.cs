using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Tests.Collections;

public sealed class CodecNamesTests
{
    public static TheoryData<Type> Types =>
    [
        typeof(bool), typeof(byte), typeof(int), typeof(long), typeof(ulong), typeof(Int128), typeof(char),
        typeof(double), typeof(decimal), typeof(string), typeof(byte[]), typeof(Guid), typeof(DateTime),
        typeof(DateTimeOffset),
        typeof(TimeSpan), typeof(DateOnly), typeof(TimeOnly), typeof(DayOfWeek), typeof((int, string)),
        typeof((Guid?, (long, DateTime?), byte[])), typeof(ValueTuple<int>),
    ];

    [Theory]
    [MemberData(nameof(Types))]
    public void FindPrimary_NameOfAType_GivesItsEncoding(Type type)
    {
        var name = KeyCodecs.Primary(type).Name;

        Assert.Equal(name, CodecNames.FindPrimary(name)?.Name);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void FindPart_NameOfAType_GivesItsEncoding(Type type)
    {
        foreach (var isDescending in (bool[])[false, true])
        {
            var name = KeyCodecs.IndexPart(type, isDescending).Name;
            Assert.Equal(name, CodecNames.FindPart(name)?.Name);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("int64?")]
    [InlineData("int63")]
    [InlineData("tuple(")]
    [InlineData("tuple()")]
    [InlineData("tuple(int64,)")]
    [InlineData("tuple((int64)")]
    [InlineData("tuple(int64,int64,int64,int64,int64,int64,int64,int64)")]
    public void FindPrimary_NoName_IsNull(string name) => Assert.Null(CodecNames.FindPrimary(name));

    [Fact]
    public void FindPrimary_DeepNesting_IsNull() =>
        Assert.Null(CodecNames.FindPrimary(string.Concat(Enumerable.Repeat("tuple(", 10_000))));
}
