using System.Linq.Expressions;
using Abc.VMem.Db.Linq.Parsing;
using Abc.VMem.Db.Linq.Planning;
using Abc.VMem.Db.Serialization;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>
/// One of the predicates that must hold: tested on a document's bytes where it is understood, else compiled and run on
/// the decoded document. Thread-safe; compiles at first use.
/// </summary>
internal sealed class ConjunctFilter<T>
{
    private readonly ByteCondition? _onBytes;
    private readonly Lazy<DocumentFunc<T, bool>> _compiled;

    /// <summary>Prepares a predicate for documents of one schema.</summary>
    public ConjunctFilter(
        ParameterExpression document, Expression predicate, Condition condition, DocumentSchema schema)
    {
        Condition = condition;
        _onBytes = new ByteConditionBuilder(schema, typeof(T)).TryBuild(condition);
        _compiled = new(() => LambdaCompiler.Condition<T>(document, predicate, schema));
    }

    /// <summary>The predicate as the planner understands it.</summary>
    public Condition Condition { get; }

    /// <summary>Whether it is tested on bytes, as long as its values allow it.</summary>
    public bool IsOnBytes => _onBytes is not null;

    /// <summary>The test for one execution, on bytes; null when only the compiled predicate can tell.</summary>
    public ByteTest? TryBind(QueryArguments arguments) => _onBytes?.Bind(arguments);

    /// <summary>The compiled predicate.</summary>
    public DocumentFunc<T, bool> Compiled => _compiled.Value;
}
