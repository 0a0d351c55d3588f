using System.Buffers.Binary;

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// DateTime in 8 bytes: its ticks, big-endian. DateTime.CompareTo ignores the kind, and so does the key; a decoded
/// value is of kind Unspecified.
/// </summary>
internal sealed class DateTimeKeyCodec() : FixedKeyCodec<DateTime>("datetime", sizeof(long), isExact: false)
{
    /// <inheritdoc/>
    protected override void Write(DateTime value, Span<byte> target) =>
        BinaryPrimitives.WriteInt64BigEndian(target, value.Ticks);

    /// <inheritdoc/>
    protected override DateTime Read(ReadOnlySpan<byte> source) =>
        new(ReadTicks(source, DateTime.MaxValue.Ticks, Name));

    /// <summary>Ticks in the range [0, max].</summary>
    internal static long ReadTicks(ReadOnlySpan<byte> source, long max, string name)
    {
        var ticks = BinaryPrimitives.ReadInt64BigEndian(source);
        if (ticks < 0 || ticks > max)
        {
            KeyDamage.Throw(name, FormattableString.Invariant($"{ticks} ticks"));
        }

        return ticks;
    }
}

/// <summary>
/// DateTimeOffset in 8 bytes: the ticks of its instant in UTC, big-endian. Equal instants are equal keys, whatever
/// their offsets; a decoded value has the offset zero.
/// </summary>
internal sealed class DateTimeOffsetKeyCodec()
    : FixedKeyCodec<DateTimeOffset>("datetimeoffset", sizeof(long), isExact: false)
{
    /// <inheritdoc/>
    protected override void Write(DateTimeOffset value, Span<byte> target) =>
        BinaryPrimitives.WriteInt64BigEndian(target, value.UtcTicks);

    /// <inheritdoc/>
    protected override DateTimeOffset Read(ReadOnlySpan<byte> source) =>
        new(DateTimeKeyCodec.ReadTicks(source, DateTime.MaxValue.Ticks, Name), TimeSpan.Zero);
}

/// <summary>TimeSpan in 8 bytes: its ticks, big-endian, the sign bit inverted.</summary>
internal sealed class TimeSpanKeyCodec() : FixedKeyCodec<TimeSpan>("timespan", sizeof(long))
{
    /// <inheritdoc/>
    protected override void Write(TimeSpan value, Span<byte> target) =>
        BinaryPrimitives.WriteInt64BigEndian(target, value.Ticks ^ long.MinValue);

    /// <inheritdoc/>
    protected override TimeSpan Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadInt64BigEndian(source) ^ long.MinValue);
}

/// <summary>DateOnly in 4 bytes: days since 0001-01-01, big-endian.</summary>
internal sealed class DateOnlyKeyCodec() : FixedKeyCodec<DateOnly>("date", sizeof(int))
{
    /// <inheritdoc/>
    protected override void Write(DateOnly value, Span<byte> target) =>
        BinaryPrimitives.WriteInt32BigEndian(target, value.DayNumber);

    /// <inheritdoc/>
    protected override DateOnly Read(ReadOnlySpan<byte> source)
    {
        var day = BinaryPrimitives.ReadInt32BigEndian(source);
        if (day < 0 || day > DateOnly.MaxValue.DayNumber)
        {
            KeyDamage.Throw(Name, FormattableString.Invariant($"day {day}"));
        }

        return DateOnly.FromDayNumber(day);
    }
}

/// <summary>TimeOnly in 8 bytes: ticks since midnight, big-endian.</summary>
internal sealed class TimeOnlyKeyCodec() : FixedKeyCodec<TimeOnly>("time", sizeof(long))
{
    /// <inheritdoc/>
    protected override void Write(TimeOnly value, Span<byte> target) =>
        BinaryPrimitives.WriteInt64BigEndian(target, value.Ticks);

    /// <inheritdoc/>
    protected override TimeOnly Read(ReadOnlySpan<byte> source) =>
        new(DateTimeKeyCodec.ReadTicks(source, TimeOnly.MaxValue.Ticks, Name));
}
