using System.Collections;
using System.Linq.Expressions;

namespace Abc.VMem.Db.Tests.Linq.Generated;

/// <summary>A query over two collections that it does not name yet: an expression over two parameters.</summary>
internal sealed record GeneratedQuery(Expression Body)
{
    /// <summary>Stands for the things.</summary>
    public static ParameterExpression Things { get; } = Expression.Parameter(typeof(IQueryable<Thing>), "things");

    /// <summary>Stands for the parts.</summary>
    public static ParameterExpression Parts { get; } = Expression.Parameter(typeof(IQueryable<Part>), "parts");

    /// <summary>Whether it ends with rows.</summary>
    public bool EndsWithRows => typeof(IQueryable).IsAssignableFrom(Body.Type);

    /// <summary>What it begins with.</summary>
    public Expression Root
    {
        get
        {
            var root = Body;
            while (root is MethodCallExpression { Method.DeclaringType: var home } call && home == typeof(Queryable))
            {
                root = call.Arguments[0];
            }

            return root;
        }
    }

    /// <summary>Runs it in the provider of its sources.</summary>
    public Answer Run(IQueryable<Thing> things, IQueryable<Part> parts) => Answer.Of(() =>
    {
        var whole = new Replacer { [Things] = things.Expression, [Parts] = parts.Expression }.Visit(Body);
        var provider = Root == Things ? things.Provider : parts.Provider;
        return EndsWithRows ? provider.CreateQuery(whole) : provider.Execute(whole);
    });

    /// <summary>Runs it in LINQ to Objects.</summary>
    /// <param name="things">All things.</param>
    /// <param name="parts">All parts.</param>
    /// <param name="compiled">
    /// Whether the lambdas are compiled; interpreted ones are quicker for a query that runs once.
    /// </param>
    public Answer RunOnObjects(IEnumerable<Thing> things, IEnumerable<Part> parts, bool compiled)
    {
        var one = Expression.Parameter(typeof(IEnumerable<Thing>));
        var other = Expression.Parameter(typeof(IEnumerable<Part>));
        var body = ToEnumerable.Convert(Body, new() { [Things] = one, [Parts] = other });
        var run = Expression.Lambda<Func<IEnumerable<Thing>, IEnumerable<Part>, object?>>(
            Expression.Convert(body, typeof(object)), one, other).Compile(preferInterpretation: !compiled);
        return Answer.Of(() => run(things, parts));
    }
}

/// <summary>What a query gave: rows or a value, or an exception.</summary>
internal sealed record Answer(object? Value, Exception? Failure)
{
    /// <summary>Runs to the end.</summary>
    public static Answer Of(Func<object?> run)
    {
        try
        {
            var value = run();
            return new Answer(value is IEnumerable rows and not string ? rows.Cast<object?>().ToList() : value, null);
        }
        catch (Exception exception) when (exception is not VMemDbException and not Xunit.Sdk.XunitException)
        {
            return new Answer(null, exception);
        }
    }

    /// <summary>Whether the other answer is the same, or the same failure.</summary>
    public bool IsSameAs(Answer other) => Failure is null && other.Failure is null
        ? Abc.VMem.Db.Linq.Verification.ResultComparer.AreSame(Value, other.Value)
        : Failure?.GetType() == other.Failure?.GetType();

    /// <inheritdoc/>
    public override string ToString() =>
        Failure is not null ? $"{Failure.GetType().Name}: {Failure.Message}" : DocumentText.Of(Value, 2000);
}

/// <summary>Puts expressions in the place of others.</summary>
internal sealed class Replacer : ExpressionVisitor, IEnumerable
{
    private readonly Dictionary<Expression, Expression> _replacements = [];

    public Expression this[Expression from]
    {
        set => _replacements[from] = value;
    }

    public IEnumerator GetEnumerator() => _replacements.GetEnumerator();

    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(node))]
    public override Expression? Visit(Expression? node) =>
        node is not null && _replacements.TryGetValue(node, out var to) ? to : base.Visit(node);
}
