using System.Linq.Expressions;
using System.Runtime.CompilerServices;

namespace Abc.VMem.Db.Linq.Parsing;

/// <summary>
/// Reads a query's shape in one walk, without changing or compiling anything: the tokens that key the plan cache, and
/// the constants that are this execution's arguments. One instance per thread is reused; not thread-safe.
/// </summary>
internal sealed partial class ShapeReader
{
    [ThreadStatic]
    private static ShapeReader? _idle;

    private ShapeToken[] _tokens = new ShapeToken[64];
    private object?[] _constants = new object?[8];
    private ParameterExpression?[] _parameters = new ParameterExpression?[8];
    private int _tokenCount;
    private int _constantCount;
    private int _parameterCount;
    private int _hash;

    private ShapeReader()
    {
    }

    /// <summary>Hash of the tokens.</summary>
    public int Hash => _hash;

    /// <summary>Whether the query's plan may be cached: every node is of a kind whose shape is known here.</summary>
    public bool IsCacheable { get; private set; }

    /// <summary>The tokens; valid until <see cref="Release"/>.</summary>
    public ReadOnlySpan<ShapeToken> Tokens => _tokens.AsSpan(0, _tokenCount);

    /// <summary>Reads a query. Call <see cref="Release"/> afterwards.</summary>
    public static ShapeReader Read(Expression query)
    {
        var reader = _idle ?? new ShapeReader();
        _idle = null;
        reader._tokenCount = reader._constantCount = reader._parameterCount = 0;
        reader._hash = 17;
        reader.IsCacheable = true;
        reader.Visit(query);
        return reader;
    }

    /// <summary>A copy of the constants, in order.</summary>
    public object?[] CopyConstants() => _constantCount == 0 ? [] : _constants.AsSpan(0, _constantCount).ToArray();

    /// <summary>Forgets the query and lends the instance to the thread's next one.</summary>
    public void Release()
    {
        Array.Clear(_constants, 0, _constantCount);
        Array.Clear(_parameters, 0, _parameterCount);
        Array.Clear(_tokens, 0, _tokenCount);
        _idle = this;
    }

    private void Add(ExpressionType kind, object? reference, int flags = 0) => Add((int)kind | (flags << 8), reference);

    private void Add(int code, object? reference)
    {
        if (_tokenCount == _tokens.Length)
        {
            Array.Resize(ref _tokens, 2 * _tokenCount);
        }

        _tokens[_tokenCount++] = new ShapeToken(code, reference);
        _hash = (Mix(_hash) ^ code) + (reference?.GetHashCode() ?? 0);
    }

    private static int Mix(int hash) =>
        (int)System.Numerics.BitOperations.RotateLeft((uint)hash * 0x9E3779B1, 15);

    private void AddConstant(object? value)
    {
        if (_constantCount == _constants.Length)
        {
            Array.Resize(ref _constants, 2 * _constantCount);
        }

        _constants[_constantCount++] = value;
    }

    private int IndexOf(ParameterExpression parameter)
    {
        for (var i = _parameterCount - 1; i >= 0; i--)
        {
            if (ReferenceEquals(_parameters[i], parameter))
            {
                return i;
            }
        }

        if (_parameterCount == _parameters.Length)
        {
            Array.Resize(ref _parameters, 2 * _parameterCount);
        }

        _parameters[_parameterCount] = parameter;
        return _parameterCount++;
    }

    /// <remarks>
    /// The order of children is that of <see cref="ExpressionVisitor"/>, which <see cref="QueryDetacher"/> follows.
    /// </remarks>
    private void Visit(Expression? node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node)
        {
            case null:
                Add(-1, null);
                break;
            case MethodCallExpression call:
                VisitCall(call);
                break;
            case LambdaExpression lambda:
                VisitLambda(lambda);
                break;
            case MemberExpression member:
                VisitMember(member);
                break;
            case ConstantExpression constant:
                VisitConstant(constant);
                break;
            case ParameterExpression parameter:
                Add(ExpressionType.Parameter, parameter.Type, IndexOf(parameter));
                break;
            case BinaryExpression binary:
                VisitBinary(binary);
                break;
            case UnaryExpression unary:
                Add(unary.NodeType, unary.Type);
                Add(0, unary.Method);
                Visit(unary.Operand);
                break;
            default:
                VisitRare(node);
                break;
        }
    }
}
