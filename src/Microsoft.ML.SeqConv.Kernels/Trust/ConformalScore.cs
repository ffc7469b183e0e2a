namespace Microsoft.ML.SeqConv;

/// <summary>
/// How unlike the training data a class makes a row: the score that prediction sets are made of. In the namespace of
/// the options, which have it too.
/// </summary>
public enum ConformalScore
{
    /// <summary>
    /// One less the probability of the class. It gives the smallest sets on average, some of them empty (Sadinle, Lei
    /// and Wasserman 2019, arXiv:1609.00451).
    /// </summary>
    Lac = 0,

    /// <summary>
    /// The probability of all likelier classes and of a random part of the class itself. Sets grow with the difficulty
    /// of a row (Romano, Sesia and Candès 2020, arXiv:2006.02544).
    /// </summary>
    Aps = 1,

    /// <summary>
    /// <see cref="Aps"/> with a penalty on unlikely classes, for smaller sets where there are many classes
    /// (Angelopoulos, Bates, Malik and Jordan 2021, arXiv:2009.14193).
    /// </summary>
    Raps = 2,
}
