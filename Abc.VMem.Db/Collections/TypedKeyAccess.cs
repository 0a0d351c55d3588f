using System.Linq.Expressions;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Collections;

/// <summary>The typed form: compiled once for a member or a lambda, then without boxing.</summary>
internal sealed class TypedKeyAccess<T, TKey> : KeyAccess<T>
{
    // Without the "?" of a nullable key.
    private static readonly Type PlainType = Nullable.GetUnderlyingType(typeof(TKey)) ?? typeof(TKey);

    private readonly Func<T, TKey> _get;
    private readonly Setter? _set;

    /// <summary>Compiles the access.</summary>
    /// <param name="key">Body of the lambda that reads the key.</param>
    /// <param name="path">Its member path, or null when it is computed.</param>
    /// <exception cref="NotSupportedException">The type can't be a key.</exception>
    public TypedKeyAccess(Expression<Func<T, TKey>> key, FieldPath? path)
    {
        Path = path;
        TypedCodec = KeyCodecs.Primary<TKey>();
        if (CodecNames.FindPrimary(TypedCodec.Name) is null)
        {
            // Stored under this name, the collection could not be opened again.
            throw new NotSupportedException(
                $"{typeof(TKey).Name} can't be the key of a collection: a key has at most "
                + $"{CodecNames.MaxTupleMembers} members, and a name of {CodecNames.MaxLength} characters.");
        }

        HasNumbers = path is not null && Type.GetTypeCode(PlainType) is TypeCode.Int32 or TypeCode.Int64;
        _get = key.Compile();
        _set = CompileSetter(key);
        Assignment = AssignmentOf(_set is not null);
    }

    private delegate void Setter(ref T document, TKey key);

    /// <inheritdoc/>
    public override FieldPath? Path { get; }

    /// <inheritdoc/>
    public override Type KeyType => typeof(TKey);

    /// <inheritdoc/>
    public override KeyCodec Codec => TypedCodec;

    /// <summary>Encoding of the keys.</summary>
    public KeyCodec<TKey> TypedCodec { get; }

    /// <inheritdoc/>
    public override KeyAssignment Assignment { get; }

    /// <inheritdoc/>
    public override bool IsDefault(T document) => EqualityComparer<TKey>.Default.Equals(_get(document), default);

    /// <inheritdoc/>
    public override void Encode(T document, KeyBuffer buffer)
    {
        var key = _get(document);
        if (key is null)
        {
            throw new ArgumentException(
                $"The key{(Path is null ? "" : $" '{Path}'")} of a {typeof(T).Name} is null; a document needs one.");
        }

        TypedCodec.Encode(key, buffer);
    }

    /// <inheritdoc/>
    public override void AssignNumber(ref T document, long number)
    {
        if (number <= 0)
        {
            // Counting on from the highest long starts again at the lowest.
            throw new LimitExceededException(
                "assigned long keys", long.MaxValue, long.MaxValue, "Give the key yourself, or use a Guid.");
        }

        if (typeof(TKey) == typeof(int))
        {
            if (number > int.MaxValue)
            {
                throw new LimitExceededException("assigned int keys", int.MaxValue, number, "Use a long key.");
            }

            _set!(ref document, (TKey)(object)(int)number);
        }
        else
        {
            _set!(ref document, (TKey)(object)number);
        }
    }

    /// <inheritdoc/>
    public override void AssignGuid(ref T document) => _set!(ref document, (TKey)(object)Guid.CreateVersion7());

    /// <inheritdoc/>
    public override void Reset(ref T document) => _set!(ref document, default!);

    /// <inheritdoc/>
    public override bool HasNumbers { get; }

    /// <inheritdoc/>
    public override long NumberOf(T document) =>
        typeof(TKey) == typeof(int) ? (int)(object)_get(document)!
        : typeof(TKey) == typeof(long) ? (long)(object)_get(document)!
        : Convert.ToInt64(_get(document), System.Globalization.CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override bool TryEncodeInteger(TypeCode from, long value, KeyBuffer buffer)
    {
        if (!Widens(from, Type.GetTypeCode(PlainType)) || PlainType.IsEnum)
        {
            return false;
        }

        if (typeof(TKey) == typeof(long))
        {
            TypedCodec.Encode((TKey)(object)value, buffer);
        }
        else if (typeof(TKey) == typeof(int))
        {
            TypedCodec.Encode((TKey)(object)(int)value, buffer);
        }
        else
        {
            TypedCodec.EncodeObject(Convert.ChangeType(value, PlainType, null), buffer);
        }

        return true;
    }

    // C#'s implicit conversions between integers of up to 64 bits.
    private static bool Widens(TypeCode from, TypeCode to) => to switch
    {
        TypeCode.Int64 => from is TypeCode.SByte or TypeCode.Byte or TypeCode.Int16 or TypeCode.UInt16
            or TypeCode.Int32 or TypeCode.UInt32,
        TypeCode.Int32 => from is TypeCode.SByte or TypeCode.Byte or TypeCode.Int16 or TypeCode.UInt16,
        TypeCode.Int16 => from is TypeCode.SByte or TypeCode.Byte,
        TypeCode.UInt64 => from is TypeCode.Byte or TypeCode.UInt16 or TypeCode.UInt32,
        TypeCode.UInt32 => from is TypeCode.Byte or TypeCode.UInt16,
        TypeCode.UInt16 => from is TypeCode.Byte,
        _ => false,
    };

    private static KeyAssignment AssignmentOf(bool canSet) =>
        !canSet ? KeyAssignment.None
        : typeof(TKey) == typeof(int) || typeof(TKey) == typeof(long) ? KeyAssignment.Identity
        : typeof(TKey) == typeof(Guid) ? KeyAssignment.Guid
        : KeyAssignment.None;

    // A member of the document itself, settable (init included: the document is not in use yet when its key is
    // assigned).
    private static Setter? CompileSetter(Expression<Func<T, TKey>> key)
    {
        if (key.Body is not MemberExpression { Expression: ParameterExpression } body || !KeyMember.CanSet(body.Member))
        {
            return null;
        }

        var document = Expression.Parameter(typeof(T).MakeByRefType());
        var value = Expression.Parameter(typeof(TKey));
        var target = Expression.MakeMemberAccess(document, body.Member);
        return Expression.Lambda<Setter>(Expression.Assign(target, value), document, value).Compile();
    }
}
