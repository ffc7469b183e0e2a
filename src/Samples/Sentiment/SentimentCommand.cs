using System.CommandLine;

namespace Microsoft.ML.SeqConv.Samples.Sentiment;

/// <summary>The command line of <see cref="SentimentJob"/>.</summary>
internal static class SentimentCommand
{
    public static System.CommandLine.Command Create()
    {
        var train = new Option<string?>("--train")
        {
            Description = "Training sentences: a line is a label, a tab or a space, and a sentence. Default: "
                + "sentences that come with the sample."
        };
        var test = new Option<string?>("--test") { Description = "Test sentences." };
        var vectors = new Option<string?>("--vectors")
        {
            Description = "Word vectors to start from: word2vec .bin, GloVe or fastText text. Default: drawn at random."
        };
        var epochs = new Option<int>("--epochs")
        {
            Description = "Passes over the training sentences.",
            DefaultValueFactory = _ => 25
        };
        var seed = new Option<int>("--seed")
        {
            Description = "Seed of weights, order, dropout and the validation sentences.",
            DefaultValueFactory = _ => 1
        };
        var output = new Option<string>("--out")
        {
            Description = "Folder for model.zip and the curves.",
            DefaultValueFactory = _ => SentimentJob.DefaultFolder
        };

        var command = new System.CommandLine.Command("sentiment",
            "Trains TextCnn on labelled sentences, scores others, saves the model, reloads it and predicts.")
        {
            train, test, vectors, epochs, seed, output,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(CommandRunner.Run(() => SentimentJob.Run(
            new SentimentJobSettings(parsed.GetValue(train), parsed.GetValue(test), parsed.GetValue(vectors),
                parsed.GetValue(epochs), parsed.GetValue(seed), parsed.GetValue(output)!), cancellation))));
        return command;
    }
}
