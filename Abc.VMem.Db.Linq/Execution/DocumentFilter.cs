using Abc.VMem.Db.Linq.Parsing;

namespace Abc.VMem.Db.Linq.Execution;

/// <summary>What is left to check on each candidate in one execution: bytes first, then the decoded document.</summary>
internal sealed class DocumentFilter<T>
{
    private readonly List<ByteTest> _onBytes = [];
    private readonly List<DocumentFunc<T, bool>> _onDocuments = [];
    private readonly QueryArguments _arguments;

    /// <summary>Binds the predicates that are not covered by the way the candidates are found.</summary>
    public DocumentFilter(IReadOnlyList<ConjunctFilter<T>> conjuncts, bool[] covered, QueryArguments arguments)
    {
        _arguments = arguments;
        for (var i = 0; i < conjuncts.Count; i++)
        {
            if (covered[i])
            {
                continue;
            }

            if (conjuncts[i].TryBind(arguments) is { } test)
            {
                _onBytes.Add(test);
            }
            else
            {
                _onDocuments.Add(conjuncts[i].Compiled);
            }
        }
    }

    /// <summary>Lets every candidate pass.</summary>
    public static DocumentFilter<T> None { get; } = new([], [], new QueryArguments([], [], null));

    /// <summary>Whether every candidate passes, so that none needs to be loaded for it.</summary>
    public bool IsEmpty => _onBytes.Count == 0 && _onDocuments.Count == 0;

    /// <summary>Whether a document passes.</summary>
    public bool Passes(DocumentView<T> document)
    {
        foreach (var test in _onBytes)
        {
            if (!test.Test(document.Bytes.Span))
            {
                return false;
            }
        }

        foreach (var predicate in _onDocuments)
        {
            if (!predicate(document, _arguments))
            {
                return false;
            }
        }

        return true;
    }
}
