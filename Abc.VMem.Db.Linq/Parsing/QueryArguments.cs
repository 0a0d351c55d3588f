using System.Runtime.ExceptionServices;
using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Linq.Spilling;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// The values of one execution. A slot is evaluated when it is first asked for, so an expression behind a condition
/// that is never true is never evaluated. Not thread-safe.
/// </summary>
internal sealed class QueryArguments(
    IReadOnlyList<Slot> slots, object?[] constants, CollectionReader? reader, int memoryUsers = 0) : IDisposable
{
    private static readonly object Unset = new();
    private readonly object?[] _values = CreateUnset(slots.Count);
    private ExceptionDispatchInfo?[]? _failures;
    private QueryMemory? _memory;

    /// <summary>The memory of the execution; what was put aside ends with <see cref="Dispose"/>.</summary>
    public QueryMemory Memory => _memory ??= new QueryMemory(reader!, memoryUsers);

    /// <summary>The value of a slot.</summary>
    /// <remarks>Throws the exception of the application's own expression, each time it is asked for.</remarks>
    public object? this[int index]
    {
        get
        {
            var value = _values[index];
            return ReferenceEquals(value, Unset) ? Evaluate(index) : value;
        }
    }

    /// <summary>The typed value of a slot; called from compiled expressions.</summary>
    public T Get<T>(int index) => (T)this[index]!;

    /// <summary>
    /// The value of a slot for narrowing a range; false when evaluating it throws. The exception surfaces later, if a
    /// document reaches the condition.
    /// </summary>
    public bool TryGet(int index, out object? value)
    {
        value = null;
        if (_failures?[index] is not null)
        {
            return false;
        }

        try
        {
            value = this[index];
            return true;
        }
#pragma warning disable CA1031 // Whatever the application's expression throws is thrown again where LINQ throws.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    /// <summary>Ends what the execution put aside.</summary>
    public void Dispose() => _memory?.Dispose();

    private object? Evaluate(int index)
    {
        _failures?[index]?.Throw();
        try
        {
            var value = slots[index].Evaluate(constants);
            return _values[index] = reader is not null && value is IMomentQuery query ? query.At(reader) : value;
        }
        catch (Exception exception)
        {
            _failures ??= new ExceptionDispatchInfo?[_values.Length];
            _failures[index] = ExceptionDispatchInfo.Capture(exception);
            throw;
        }
    }

    private static object?[] CreateUnset(int count)
    {
        if (count == 0)
        {
            return [];
        }

        var values = new object?[count];
        Array.Fill(values, Unset);
        return values;
    }
}
