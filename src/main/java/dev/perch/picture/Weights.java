package dev.perch.picture;

/**
 * The weights by which a row's samples contribute to each sample of a row of another length: by the part that overlaps. In a shorter row each sample
 * is the mean of those that it replaces, so that fine patterns become grey and do not flicker.
 */
final class Weights {
    /** The sum of the weights of one sample. */
    static final int ONE = 1 << 10;

    private final int[] first; // the first contributing sample for each sample
    private final int[] offset; // where each sample's weights begin; has one more element than there are samples
    private final int[] weights;

    private Weights(int[] first, int[] offset, int[] weights) {
        this.first = first;
        this.offset = offset;
        this.weights = weights;
    }

    /** Returns the weights from {@code from} samples to {@code to}, at least one each. */
    static Weights of(int from, int to) {
        double ratio = (double) from / to;
        int most = (int) Math.ceil(ratio) + 1;
        int[] first = new int[to];
        int[] offset = new int[to + 1];
        int[] weights = new int[to * most];
        for (int i = 0; i < to; i++) {
            double begin = i * ratio;
            double end = Math.min(from, (i + 1) * ratio);
            first[i] = Math.min(from - 1, (int) begin);
            int last = Math.max(first[i], Math.min(from, (int) Math.ceil(end)) - 1);
            int sum = 0;
            int at = offset[i];
            for (int sample = first[i]; sample < last; sample++) {
                double covered = Math.min(sample + 1, end) - Math.max(sample, begin);
                weights[at] = (int) Math.round(covered / (end - begin) * ONE);
                sum += weights[at++];
            }
            weights[at++] = ONE - sum;
            offset[i + 1] = at;
        }
        return new Weights(first, offset, weights);
    }

    /** Returns the first sample that contributes to {@code index}. */
    int first(int index) {
        return first[index];
    }

    /** Returns the number of samples that contribute to {@code index}. */
    int count(int index) {
        return offset[index + 1] - offset[index];
    }

    /** Returns the weight of the {@code nth} sample that contributes to {@code index}. */
    int weight(int index, int nth) {
        return weights[offset[index] + nth];
    }
}
